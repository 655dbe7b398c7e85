using VolMgr.Commands;

namespace VolMgr.Cli.Engine;

/// <summary>Files of the user who typed a command; the owner runs as the same user on the same machine.</summary>
internal sealed class UserFiles : ICommandFiles
{
    /// <inheritdoc/>
    public string? ReadText(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public string? WriteText(string path, string text)
    {
        try
        {
            DurableText.Replace(path, text);
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return $"cannot write {path}: {error.Message}";
        }
    }
}

/// <summary>
/// Logs of a host that commands append to. A host file system that is full loses the line, not the command.
/// </summary>
internal sealed class HostCommandLog(string hostFolder) : IHostLog
{
    private static readonly Lock appending = new();

    /// <inheritdoc/>
    public void Append(string relativePath, string text)
    {
        string path = Path.Combine(hostFolder, relativePath);
        try
        {
            lock (appending)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path) ?? hostFolder);
                File.AppendAllText(path, text);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Owner.OwnerLog.Write($"could not append to {path}: {error.Message}");
        }
    }
}
