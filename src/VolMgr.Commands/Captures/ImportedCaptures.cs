using System.Globalization;
using System.Runtime.CompilerServices;
using VolMgr.Volumes.Hosts;

namespace VolMgr.Commands.Captures;

/// <summary>The captures that the groups of a host were imported from, among the files of the host; they never
/// change.</summary>
public static class ImportedCaptures
{
    private const string Folder = "etc/vx/import";
    private const string BlockSizeFile = "blocksize";

    private static readonly ConditionalWeakTable<VolumeHost, Reading> Known = [];

    /// <summary>Keeps captures for a host.</summary>
    public static void Write(VolumeHost host, IReadOnlyList<(string Name, string Text)> files, int blockSize)
    {
        host.Files.Write($"{Folder}/{BlockSizeFile}", $"{blockSize}\n");
        for (int index = 0; index < files.Count; index++)
        {
            host.Files.Write(
                string.Create(CultureInfo.InvariantCulture, $"{Folder}/{index:d3}.capture"), files[index].Text);
        }
    }

    /// <summary>The captured groups of a host by group id; empty for a host that was not imported.</summary>
    internal static async Task<IReadOnlyDictionary<string, CapturedGroup>> ReadAsync(VolumeHost host) =>
        (await KnownAsync(host)).Groups;

    /// <summary>What listing commands printed on the host of production; empty for a host that was not
    /// imported.</summary>
    internal static async Task<IReadOnlyList<CapturedOutput>> OutputsAsync(VolumeHost host) =>
        (await KnownAsync(host)).Outputs;

    private static async Task<Reading> KnownAsync(VolumeHost host)
    {
        if (Known.TryGetValue(host, out Reading? known))
        {
            return known;
        }

        Reading read = await host.Engine.RunBlockingAsync(() => Read(host));
        Known.AddOrUpdate(host, read);
        return read;
    }

    private static Reading Read(VolumeHost host)
    {
        List<string> names = [.. host.Files.List(Folder)
            .Where(name => name.EndsWith(".capture", StringComparison.Ordinal))];
        if (names.Count == 0)
        {
            return new Reading(new Dictionary<string, CapturedGroup>(), []);
        }

        int blockSize = int.TryParse(
            host.Files.Read($"{Folder}/{BlockSizeFile}"), NumberStyles.AllowTrailingWhite,
            CultureInfo.InvariantCulture, out int size) ? size : CaptureReader.Sector;
        CaptureReading reading = CaptureReader.Read(
            names.Select(name => (name, host.Files.Read($"{Folder}/{name}") ?? "")), blockSize);
        return new Reading(
            reading.Groups.DistinctBy(group => group.Configuration.Group.GroupId)
                .ToDictionary(group => group.Configuration.Group.GroupId, StringComparer.Ordinal),
            reading.Outputs);
    }

    private sealed record Reading(
        IReadOnlyDictionary<string, CapturedGroup> Groups, IReadOnlyList<CapturedOutput> Outputs);
}
