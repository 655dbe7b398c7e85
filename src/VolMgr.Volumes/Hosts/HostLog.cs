using System.Collections.Immutable;
using VolMgr.Arrays;

namespace VolMgr.Volumes.Hosts;

/// <summary>
/// What vxconfigd and the kernel of this host tell the administrator without being asked: groups that could not be
/// imported, plexes that were detached. The newest lines are kept in <c>var/log/messages</c> of the host.
/// </summary>
public sealed class HostLog
{
    private const string Path = "var/log/messages";
    private const int KeptLines = 500;

    private readonly Lock guard = new();
    private readonly IHostFiles files;
    private readonly TimeProvider time;
    private ImmutableList<string> lines;

    internal HostLog(IHostFiles files, TimeProvider time)
    {
        this.files = files;
        this.time = time;
        string text = files.Read(Path) ?? "";
        lines = [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(KeptLines)];
    }

    /// <summary>The lines, oldest first.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (guard)
            {
                return lines;
            }
        }
    }

    /// <summary>Appends a line such as <c>VxVM vxconfigd NOTICE V-5-1-526 Detached plex ...</c>. A host file system that
    /// cannot take it loses the line on disk, never the operation that wrote it.</summary>
    internal void Write(string line)
    {
        string stamped = $"{time.GetUtcNow():yyyy-MM-dd'T'HH:mm:ss'Z'} {line}";
        lock (guard)
        {
            lines = lines.Add(stamped);
            if (lines.Count > KeptLines)
            {
                lines = lines.RemoveRange(0, lines.Count - KeptLines);
            }
            try
            {
                files.Write(Path, string.Join('\n', lines) + "\n");
            }
            catch (IOException)
            {
                return; // a full or broken host file system: the line stays in memory
            }
        }
    }
}
