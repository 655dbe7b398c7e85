using VolMgr.Arrays;
using VolMgr.Blocks;
using VolMgr.Cli.Engine;
using VolMgr.Cli.Virtual;

namespace VolMgr.Cli.Labs;

/// <summary>What a check of a lab found.</summary>
/// <param name="Lines">One line for each LUN.</param>
/// <param name="Problems">What is wrong; empty when nothing is.</param>
internal sealed record LabCheckReport(IReadOnlyList<string> Lines, IReadOnlyList<string> Problems);

/// <summary>
/// Reads a lab without changing it: the topology, the length of each LUN's file or export, the header and the
/// configuration copies of each private region. It may run while the lab is up.
/// </summary>
internal static class LabCheck
{
    private const int Attempts = 4;
    private static readonly TimeSpan retryDelay = TimeSpan.FromMilliseconds(50);

    /// <summary>Checks the lab.</summary>
    public static async Task<LabCheckReport> RunAsync(LabPaths lab, CancellationToken token)
    {
        VirtualRules.RequireReal(
            lab, "volmgr lab check", "its LUNs are no files; 'volmgr vxdisk list' and 'volmgr verify' look at them");
        EngineServices engine = EngineComposition.CreateEngine();
        LabTopology topology = LabTopologyFile.Read(lab).Topology;
        List<string> lines = [];
        List<string> problems = [];
        await using LabExports exports = await OpenExportsAsync(lab, topology, engine);
        foreach (LunTopology lun in topology.Luns)
        {
            string? path = LunBacking.FileOf(lab, lun);
            string? problem = path is null ? await exports.FindProblemAsync(lun) : FindFileProblem(path, lun);
            if (problem is not null)
            {
                problems.Add(problem);
                lines.Add($"{lun.Name,-16} {(path is null ? "not reachable" : "unusable")}");
                continue;
            }

            await using IBlockDevice? file = path is null ? null : SparseFileDevice.Open(path, engine, readOnly: true);
            IBlockDevice? device = file ?? exports.Find(lun);
            if (device is null)
            {
                continue;
            }

            (string state, string? wrong) = await DescribeAsync(lun, device, token);
            lines.Add($"{lun.Name,-16} {state}");
            if (wrong is not null)
            {
                problems.Add(wrong);
            }
        }

        return new LabCheckReport(lines, problems);
    }

    private static async Task<LabExports> OpenExportsAsync(LabPaths lab, LabTopology topology, EngineServices engine)
    {
        try
        {
            return await LabExports.OpenAsync(lab, topology, engine);
        }
        catch (IOException error)
        {
            throw UserErrorException.Refused($"cannot check lab {lab.Root}: {error.Message}", error);
        }
    }

    private static string? FindFileProblem(string path, LunTopology lun)
    {
        if (!File.Exists(path))
        {
            return $"LUN {lun.Name}: its file {path} is missing; put it back, or 'volmgr lab reset' to start empty";
        }

        long length = new FileInfo(path).Length;
        return length == lun.Size
            ? null
            : $"LUN {lun.Name}: its file {path} has {length} bytes instead of {lun.Size}; it was truncated or replaced";
    }

    private static async Task<(string State, string? Problem)> DescribeAsync(
        LunTopology lun, IBlockDevice device, CancellationToken token)
    {
        PrivateRegionReading reading = await PrivateRegionReading.ReadAsync(device, token);
        for (int attempt = 1; reading.Problem is not null && attempt < Attempts; attempt++)
        {
            // A lab that is up may be in the middle of a commit.
            await Task.Delay(retryDelay, token);
            reading = await PrivateRegionReading.ReadAsync(device, token);
        }

        return (reading.State, reading.Problem is null ? null : $"LUN {lun.Name}: {reading.Problem}");
    }
}
