using VolMgr.Cli.Labs;
using VolMgr.Cli.Protocol;
using VolMgr.Cli.Virtual;
using VolMgr.Commands;

namespace VolMgr.Cli.Verbs;

/// <summary>What makes a shell a shell of a lab's host.</summary>
internal static class LabShell
{
    /// <summary>Links the commands and gives the variables of a shell on the host; an empty host is the one of
    /// VOLMGR_HOST. The shell of a runbook also has the host's mount, df and lsblk instead of the machine's.</summary>
    public static Dictionary<string, string> Environment(LabPaths lab, string host = "", bool isRunbook = false)
    {
        LinkCommands(lab, lab.CommandFolder, CommandSet.Names.Append("volmgr"));
        string foreign = "";
        if (isRunbook)
        {
            // In real time the machine's own sleep does.
            LinkCommands(lab, lab.ForeignFolder, CommandSet.ForeignNames
                .Where(name => name != "sleep" || VirtualRules.IsVirtual(lab)));
            foreign = $":{lab.ForeignFolder}";
        }

        Dictionary<string, string> variables = new(StringComparer.Ordinal)
        {
            [LabPaths.Variable] = lab.Root,
            ["MANPATH"] = $"{lab.ManualFolder}:{System.Environment.GetEnvironmentVariable("MANPATH")}",
            ["PATH"] = $"{lab.CommandFolder}{foreign}:{System.Environment.GetEnvironmentVariable("PATH")}",
        };
        if (host.Length > 0)
        {
            variables["VOLMGR_HOST"] = host;
        }

        return variables;
    }

    /// <summary>Links names to this program in a folder of the lab; what is there already stays.</summary>
    private static void LinkCommands(LabPaths lab, string folder, IEnumerable<string> names)
    {
        try
        {
            Directory.CreateDirectory(
                lab.RunFolder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            Directory.CreateDirectory(folder);
            foreach (string name in names)
            {
                string link = Path.Combine(folder, name);
                if (new FileInfo(link).LinkTarget is { } target)
                {
                    if (string.Equals(target, OwnerStarter.ProgramPath, StringComparison.Ordinal))
                    {
                        continue;
                    }

                    File.Delete(link);
                }

                File.CreateSymbolicLink(link, OwnerStarter.ProgramPath);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw UserErrorException.Refused(
                $"cannot write {folder}: {error.Message}; the lab's directory must be writable", error);
        }
    }
}
