using System.Buffers;

namespace VolMgr.Volumes.Configuration;

/// <summary>
/// Names of objects: 1 to 31 characters, letters, digits and <c>_ - . :</c>, the first one not a dash (vxvm.md 1.2).
/// Generated names are a base and a number of two digits, the lowest that is free; a long base is cut, never the
/// number.
/// </summary>
public static class ObjectNames
{
    /// <summary>Characters of a name at most.</summary>
    public const int MaximumLength = 31;

    private static readonly SearchValues<char> Legal =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.:");

    private static readonly string[] ReservedGroups = ["bootdg", "defaultdg", "nodg"];

    /// <summary>Whether an object may have that name.</summary>
    public static bool IsLegal(string name) =>
        name.Length is > 0 and <= MaximumLength && name[0] != '-' && !name.AsSpan().ContainsAnyExcept(Legal);

    /// <summary>Whether a disk group may have that name: legal and not reserved.</summary>
    public static bool IsLegalGroup(string name) =>
        IsLegal(name) && !ReservedGroups.Contains(name, StringComparer.Ordinal);

    /// <summary>The name of the next plex of a volume: <c>vol-01</c>, <c>vol-02</c>, the lowest that is free.</summary>
    public static string NextPlex(GroupConfiguration configuration, string volumeName) =>
        Next(configuration, volumeName);

    /// <summary>The name of the next subdisk of a disk: <c>dm-01</c>, <c>dm-02</c>, the lowest that is free.</summary>
    public static string NextSubdisk(GroupConfiguration configuration, string diskName) =>
        Next(configuration, diskName);

    /// <summary>The name of the next part of a layered volume: <c>vol-L01</c> a volume below, <c>vol-P01</c> a plex
    /// of one, <c>vol-S01</c> a sub-volume; the lowest that is free.</summary>
    internal static string NextPart(GroupConfiguration configuration, string volumeName, char kind) =>
        Next(configuration, volumeName, $"-{kind}");

    private static string Next(GroupConfiguration configuration, string baseName, string separator = "-")
    {
        for (int number = 1; ; number++)
        {
            string name = Numbered(baseName, $"{separator}{number:D2}");
            if (configuration.FindObject(name) is null)
            {
                return name;
            }
        }
    }

    private static string Numbered(string baseName, string suffix) =>
        string.Concat(baseName.AsSpan(0, Math.Min(baseName.Length, MaximumLength - suffix.Length)), suffix);
}
