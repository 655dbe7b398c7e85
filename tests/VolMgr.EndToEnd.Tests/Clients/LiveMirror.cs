using System.Runtime.Versioning;

namespace VolMgr.EndToEnd.Tests.Clients;

/// <summary>What a lab does for a volume that is mirrored on both arrays.</summary>
[SupportedOSPlatform("linux")]
internal static class LiveMirror
{
    private const string AttachTask = "attach";

    /// <summary>A lab with an empty volume, mirrored on both arrays with a dirty region log, and served.</summary>
    public static async Task SetUpMirrorAsync(this LiveLab lab)
    {
        await lab.ExpectAsync("lab", "create", lab.Lab, "--luns", "1", "--lun-size", "128m");
        await lab.MakeMirrorAsync();
    }

    /// <summary>Makes group and mirrored volume in a lab of two arrays with one LUN each, and serves it.</summary>
    public static async Task MakeMirrorAsync(this LiveLab lab)
    {
        await lab.MakeGroupAsync(16);
        string target = (await lab.ExpectAsync("vxdisk", "list")).Split('\n')
            .Single(line => line.StartsWith("pure0_", StringComparison.Ordinal)).Split(' ')[0];
        await lab.ExpectAsync("vxdisksetup", "-i", target);
        await lab.ExpectAsync("vxdg", "-g", LiveLab.Group, "adddisk", $"new01={target}");
        await lab.ExpectAsync("vxassist", "-g", LiveLab.Group, "mirror", LiveLab.Volume, "enclr:pure0");
        await lab.ExpectAsync("vxassist", "-g", LiveLab.Group, "addlog", LiveLab.Volume, "logtype=drl");
        await lab.ServeAsync();
    }

    /// <summary>Takes the plex on the new array away and attaches a new one there, as slowly as can be.</summary>
    public static async Task AttachPlexSlowlyAsync(this LiveLab lab)
    {
        string plex = await lab.PlexOnAsync("pure0_");
        await lab.ExpectAsync("vxplex", "-g", LiveLab.Group, "-o", "rm", "dis", plex);
        await lab.ExpectAsync(
            "vxassist", "-g", LiveLab.Group, "-b", "-t", AttachTask, "-o", "slow=400", "mirror", LiveLab.Volume,
            "enclr:pure0");
    }

    /// <summary>Whatever copies, copies at full speed.</summary>
    public static async Task HurryTasksAsync(this LiveLab lab)
    {
        foreach (string line in (await lab.ExpectAsync("vxtask", "list")).Split('\n').Skip(1))
        {
            if (line.Contains("COPY/R", StringComparison.Ordinal))
            {
                string task = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
                await Volmgr.RunAsync(lab.Lab, "vxtask", "set", "slow=0", task); // it may just have ended
            }
        }
    }

    /// <summary>How many data plexes are ENABLED and ACTIVE.</summary>
    public static async Task<int> CountActivePlexesAsync(this LiveLab lab) =>
        (await ListPlexesAsync(lab)).Count(line => line.Contains(" ENABLED  ACTIVE ", StringComparison.Ordinal)
            && !line.Contains(" LOGONLY ", StringComparison.Ordinal));

    private static async Task<string> PlexOnAsync(this LiveLab lab, string device)
    {
        string listing = await lab.ExpectAsync("vxprint", "-g", LiveLab.Group, "-ht", LiveLab.Volume);
        return listing.Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .First(words => words is ["sd", ..] && words.Any(word => word.StartsWith(device, StringComparison.Ordinal))
                && words[5] != "LOG")[2];
    }

    private static async Task<IEnumerable<string>> ListPlexesAsync(LiveLab lab) =>
        (await lab.ExpectAsync("vxprint", "-g", LiveLab.Group, "-ht", LiveLab.Volume)).Split('\n')
            .Where(line => line.StartsWith("pl ", StringComparison.Ordinal));
}
