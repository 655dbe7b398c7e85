using VolMgr.Cli.Labs;
using VolMgr.Migration;

namespace VolMgr.Cli.Migrate;

/// <summary>Keeps the journals of one host's migrations in the lab: hosts/HOST/var/log/migrate/GROUP.json.</summary>
/// <param name="lab">Where.</param>
/// <param name="host">The host's name.</param>
/// <param name="lunFiles">The LUN files of an enclosure.</param>
/// <param name="isUp">Whether the host still has power: one that has none writes nothing.</param>
internal sealed class LabMigrationArchive(
    LabPaths lab, string host, Func<string, IReadOnlyList<string>> lunFiles, Func<bool> isUp)
    : IMigrationArchive
{
    private string Folder => FolderOf(lab, host);

    /// <summary>The groups that have a journal, by name.</summary>
    public static IReadOnlyList<string> Groups(LabPaths lab, string host)
    {
        string folder = FolderOf(lab, host);
        return Directory.Exists(folder)
            ? [.. Directory.GetFiles(folder, "*.json").Select(Path.GetFileNameWithoutExtension).OfType<string>()
                .Order(StringComparer.Ordinal)]
            : [];
    }

    public string? Read(string groupName)
    {
        string path = PathOf(groupName);
        return File.Exists(path) ? File.ReadAllText(path) : null;
    }

    public void Write(string groupName, string text)
    {
        if (!isUp())
        {
            return;
        }

        Directory.CreateDirectory(Folder);
        string path = PathOf(groupName);
        string fresh = path + ".new";
        File.WriteAllText(fresh, text);
        File.Move(fresh, path, overwrite: true);
    }

    public HostSpace MeasureSpace(string enclosure)
    {
        long free = new DriveInfo(lab.Root).AvailableFreeSpace;
        return new HostSpace(free, lunFiles(enclosure).Sum(Native.AllocatedBytes));
    }

    private static string FolderOf(LabPaths lab, string host) =>
        Path.Combine(lab.HostFolder(host), "var", "log", "migrate");

    private string PathOf(string groupName) => Path.Combine(Folder, groupName + ".json");
}
