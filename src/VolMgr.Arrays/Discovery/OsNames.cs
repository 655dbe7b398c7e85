namespace VolMgr.Arrays.Discovery;

/// <summary>
/// The operating system's device names. A name stands for a place on a bus (controller, port, LUN number) while the
/// host is up, whichever LUN is there; new places get the next letters in the order of the bus scan. Counting starts at
/// sdb: sda is the host's own boot disk, which is not part of a lab.
/// </summary>
internal sealed class OsNames
{
    private readonly Dictionary<BusPlace, string> names = [];

    public string NameOf(BusPlace place)
    {
        if (!names.TryGetValue(place, out string? name))
        {
            name = $"sd{Letters(names.Count + 1)}";
            names.Add(place, name);
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

/// <summary>A place on a bus of a host.</summary>
/// <param name="Controller">The host's controller.</param>
/// <param name="Array">The array behind it.</param>
/// <param name="Port">The array's port.</param>
/// <param name="Number">LUN number there.</param>
/// <param name="Rank">0, or which one it is of several LUNs that claim the number.</param>
internal readonly record struct BusPlace(string Controller, string Array, int Port, int Number, int Rank);
