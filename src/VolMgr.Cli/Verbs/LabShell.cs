using VolMgr.Cli.Labs;
using VolMgr.Cli.Protocol;
using VolMgr.Commands;

namespace VolMgr.Cli.Verbs;

/// <summary>What makes a shell a shell of a lab's host.</summary>
internal static class LabShell
{
    /// <summary>Links the commands and gives the variables of a shell on the host; an empty host is the one of
    /// VOLMGR_HOST.</summary>
    public static Dictionary<string, string> Environment(LabPaths lab, string host = "")
    {
        LinkCommands(lab);
        Dictionary<string, string> variables = new(StringComparer.Ordinal)
        {
            [LabPaths.Variable] = lab.Root,
            ["MANPATH"] = $"{lab.ManualFolder}:{System.Environment.GetEnvironmentVariable("MANPATH")}",
            ["PATH"] = $"{lab.CommandFolder}:{System.Environment.GetEnvironmentVariable("PATH")}",
        };
        if (host.Length > 0)
        {
            variables["VOLMGR_HOST"] = host;
        }

        return variables;
    }

    /// <summary>Links the vx* names to this program in the lab's run/bin; what is there already stays.</summary>
    private static void LinkCommands(LabPaths lab)
    {
        try
        {
            Directory.CreateDirectory(
                lab.RunFolder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            Directory.CreateDirectory(lab.CommandFolder);
            foreach (string name in CommandSet.Names.Append("volmgr"))
            {
                string link = Path.Combine(lab.CommandFolder, name);
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
                $"cannot write {lab.CommandFolder}: {error.Message}; the lab's directory must be writable", error);
        }
    }
}
