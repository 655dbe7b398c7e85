namespace VolMgr.Arrays.Discovery;

/// <summary>
/// The operating system's device names. A path keeps its name while the host is up; new paths get the next letters in
/// the order of the bus scan. Counting starts at sdb: sda is the host's own boot disk, which is not part of a lab.
/// </summary>
internal sealed class OsNames
{
    private readonly Dictionary<(string Controller, string Array, int Port, string Lun), string> names = [];

    public string NameOf(string controller, string array, int port, string lun)
    {
        if (!names.TryGetValue((controller, array, port, lun), out string? name))
        {
            name = $"sd{Letters(names.Count + 1)}";
            names.Add((controller, array, port, lun), name);
        }

        return name;
    }

    /// <summary>0 is a, 25 is z, 26 is aa.</summary>
    public static string Letters(int index)
    {
        string letters = "";
        for (int rest = index; rest >= 0; rest = (rest / 26) - 1)
        {
            letters = (char)('a' + (rest % 26)) + letters;
        }

        return letters;
    }
}
