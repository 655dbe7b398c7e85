using VolMgr.Cli.Engine;
using VolMgr.Cli.Owner;
using VolMgr.Commands;
using VolMgr.Volumes.Hosts;

namespace VolMgr.Cli.Labs;

/// <summary>
/// Puts disk group datadg on the old array of a new lab, as an administrator does it, by vx* commands: four disks and
/// the volume vol01, concatenated over two of them.
/// </summary>
internal static class LabPopulation
{
    private const string OldEnclosure = "emc0";

    /// <summary>Populates a lab that is down.</summary>
    public static async Task PopulateAsync(LabDirectory lab, CancellationToken token)
    {
        using PidFile held = PidFile.Acquire(lab.Paths, "populating it");
        await using var hosts = new LabHosts(
            lab.Paths, LabTopologyFile.Read(lab.Paths), EngineComposition.CreateEngine());
        VolumeHost host = await hosts.BootAsync("");
        List<string> disks = [.. host.Disks
            .Where(disk => string.Equals(disk.Node.Enclosure.Name, OldEnclosure, StringComparison.Ordinal))
            .Select(disk => disk.Name)];
        foreach (string disk in disks)
        {
            await RunAsync(host, lab.Paths, ["vxdisksetup", "-i", disk], token);
        }

        IEnumerable<string> members = disks.Select((disk, index) => $"datadg{index + 1:00}={disk}");
        await RunAsync(host, lab.Paths, ["vxdg", "init", "datadg", .. members], token);
        await RunAsync(host, lab.Paths, ["vxassist", "-g", "datadg", "make", "vol01", "1536m"], token);
    }

    private static async Task RunAsync(VolumeHost host, LabPaths lab, string[] words, CancellationToken token)
    {
        token.ThrowIfCancellationRequested();
        using var output = new StringWriter();
        var request = new CommandRequest(
            words[0], words[1..], lab.Root, new Dictionary<string, string>(StringComparer.Ordinal));
        int exitCode = await CommandSet.RunAsync(request, new CommandContext
        {
            Host = host,
            Out = output,
            Error = output,
            In = TextReader.Null,
            Interrupted = token,
            Time = host.Engine.Time,
            Files = new UserFiles(),
            Log = new HostCommandLog(lab.HostFolder(host.Name)),
        });
        if (exitCode != 0)
        {
            string reason = output.ToString().Trim().ReplaceLineEndings("; ");
            throw UserErrorException.Refused(
                $"'{string.Join(' ', words)}' failed with exit code {exitCode}: {reason}");
        }
    }
}
