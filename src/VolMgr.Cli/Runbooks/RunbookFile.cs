using System.Diagnostics;
using VolMgr.Commands.Runbooks;

namespace VolMgr.Cli.Runbooks;

/// <summary>Reads a runbook from a file.</summary>
internal static class RunbookFile
{
    private const long SizeMax = 4 << 20;

    /// <summary>The runbook.</summary>
    /// <exception cref="UserErrorException">The file cannot be read, or holds no command.</exception>
    public static Runbook Read(string path)
    {
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > SizeMax })
            {
                throw UserErrorException.Usage(
                    $"{path} has more than {SizeMax >> 20} MiB; a runbook is a text for people");
            }

            Runbook runbook = Runbook.Read(path, File.ReadAllText(path), IsComplete);
            return runbook.Steps.Count > 0 ? runbook : throw UserErrorException.Usage(
                $"{path} holds no commands; a runbook is a shell script, or Markdown (*.md) with fenced commands");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw UserErrorException.Usage($"cannot read {path}: {error.Message}");
        }
    }

    /// <summary>Whether bash takes the text as whole commands; of what ends in the middle it says so.</summary>
    private static bool IsComplete(string text)
    {
        var start = new ProcessStartInfo("bash", ["-n"])
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        try
        {
            using Process bash = Process.Start(start)!; // null only for a shell's association, which is off
            bash.StandardInput.Write(text);
            bash.StandardInput.Close();
            string complaint = bash.StandardError.ReadToEnd();
            bash.WaitForExit();
            return bash.ExitCode == 0 && complaint.Length == 0;
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            throw new UserErrorException(
                ExitCodes.WrongUsage, "bash is needed to read a runbook and is not on PATH; install it", error);
        }
    }
}
