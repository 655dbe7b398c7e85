using VolMgr.Arrays;
using VolMgr.Nbd.Client;

namespace VolMgr.Cli.Labs;

/// <summary>
/// What holds the bytes of a LUN: a file of the lab, which the lab makes, empties, copies and deletes, or an export of
/// a server that is not the lab's. The one place that tells them apart.
/// </summary>
internal static class LunBacking
{
    /// <summary>The file of the LUN; null when its bytes are at a server.</summary>
    public static string? FileOf(LabPaths lab, LunTopology lun) =>
        NbdUri.IsUri(lun.Backing) ? null : Path.Combine(lab.Root, lun.Backing);

    /// <summary>The server's export that holds the bytes of the LUN; null when they are in a file.</summary>
    public static NbdUri? ExportOf(LunTopology lun)
    {
        if (!NbdUri.IsUri(lun.Backing))
        {
            return null;
        }

        return NbdUri.TryParse(lun.Backing, out NbdUri? uri, out string? problem)
            ? uri
            : throw UserErrorException.Refused(Describe(lun, problem));
    }

    /// <summary>The LUNs whose bytes are at a server.</summary>
    public static IReadOnlyList<LunTopology> AtServers(LabTopology topology) =>
        [.. topology.Luns.Where(lun => NbdUri.IsUri(lun.Backing))];

    /// <summary>What is wrong with the addresses of a topology, a sentence each.</summary>
    public static IReadOnlyList<string> FindProblems(LabTopology topology) =>
        [.. AtServers(topology).Select(lun =>
            NbdUri.TryParse(lun.Backing, out _, out string? problem) ? null : Describe(lun, problem)).OfType<string>()];

    private static string Describe(LunTopology lun, string problem) =>
        $"LUN {lun.Name}: backing '{lun.Backing}' cannot be used: {problem}";
}
