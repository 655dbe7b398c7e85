namespace VolMgr.Commands;

/// <summary>Files of the machine on which the command was typed: operands such as the folder of <c>vxconfigbackup
/// -l</c>. Paths are absolute. Failures of the file system are answers, never exceptions.</summary>
public interface ICommandFiles
{
    /// <summary>The text of a file, or null if there is none or it cannot be read.</summary>
    string? ReadText(string path);

    /// <summary>Writes a file, making its folders; null when done, else why it failed in one sentence.</summary>
    string? WriteText(string path, string text);
}

/// <summary>The logs of a host; <c>etc/vx/log/cmdlog</c> lists every command.</summary>
public interface IHostLog
{
    /// <summary>Appends text, which ends with a newline, to a log of the host.</summary>
    void Append(string relativePath, string text);
}
