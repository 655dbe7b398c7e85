using VolMgr.Commands;
using VolMgr.Commands.Manual;

namespace VolMgr.Cli.Verbs;

/// <summary>The manual pages as files, in the layout that MANPATH wants.</summary>
internal static class ManualFolder
{
    /// <summary>Writes the pages of all commands below the folder; what is there already is replaced.</summary>
    /// <exception cref="UserErrorException">The folder cannot be written.</exception>
    public static void Write(string folder)
    {
        try
        {
            string section = Path.Combine(folder, "man1");
            Directory.CreateDirectory(section);
            foreach (string name in CommandSet.Names)
            {
                File.WriteAllText(Path.Combine(section, $"{name}.1m"), CommandManual.Roff(name));
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw UserErrorException.Refused(
                $"cannot write the manual pages to {folder}: {error.Message}; name a directory that can be written",
                error);
        }
    }
}
