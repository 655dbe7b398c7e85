using System.Collections.Immutable;
using VolMgr.Arrays;
using VolMgr.Blocks;

namespace VolMgr.Volumes.Hosts;

/// <summary>
/// What vxconfigd and the kernel of this host tell the administrator without being asked: groups that could not be
/// imported, plexes that were detached. The newest lines are kept in <c>var/log/messages</c> of the host.
/// </summary>
/// <remarks>Whoever writes a line does not wait for the file: it is written behind, the newest state at a time. A host
/// file system that cannot take it loses the line on disk, never the operation that wrote it.</remarks>
public sealed class HostLog
{
    private const string Path = "var/log/messages";
    private const int KeptLines = 500;

    private readonly Lock guard = new();
    private readonly IHostFiles files;
    private readonly EngineServices engine;
    private ImmutableList<string> lines;
    private Task writing = Task.CompletedTask;
    private bool isBehind;
    private bool isWriting;

    internal HostLog(IHostFiles files, EngineServices engine)
    {
        this.files = files;
        this.engine = engine;
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

    /// <summary>Appends a line such as <c>VxVM vxconfigd NOTICE V-5-1-526 Detached plex ...</c>.</summary>
    internal void Write(string line)
    {
        string stamped = $"{engine.Time.GetUtcNow():yyyy-MM-dd'T'HH:mm:ss'Z'} {line}";
        lock (guard)
        {
            lines = lines.Add(stamped);
            if (lines.Count > KeptLines)
            {
                lines = lines.RemoveRange(0, lines.Count - KeptLines);
            }
            isBehind = true;
            if (!isWriting)
            {
                isWriting = true;
                writing = engine.RunBlockingAsync(WriteBehind);
            }
        }
    }

    /// <summary>Ends when the file holds every line that was written before.</summary>
    internal Task FlushAsync()
    {
        lock (guard)
        {
            return writing;
        }
    }

    private bool WriteBehind()
    {
        while (true)
        {
            string text;
            lock (guard)
            {
                if (!isBehind)
                {
                    isWriting = false;
                    return true;
                }
                isBehind = false;
                text = string.Join('\n', lines) + "\n";
            }
            try
            {
                files.Write(Path, text);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                lock (guard)
                {
                    // a full or broken host file system: the lines stay in memory, the next one tries again
                    isWriting = false;
                    return false;
                }
            }
        }
    }
}
