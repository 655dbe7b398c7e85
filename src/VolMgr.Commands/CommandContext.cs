using VolMgr.Volumes.Hosts;

namespace VolMgr.Commands;

/// <summary>What a command works on: one host, and the streams and files of whoever typed it.</summary>
public sealed class CommandContext
{
    /// <summary>The host that the command manages.</summary>
    public required VolumeHost Host { get; init; }

    /// <summary>Standard output.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Standard error.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Standard input.</summary>
    public required TextReader In { get; init; }

    /// <summary>Ctrl-C of the user: it ends waiting, not the work that runs in the background.</summary>
    public required CancellationToken Interrupted { get; init; }

    /// <summary>The clock for times that are shown.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Files of the user's machine.</summary>
    public required ICommandFiles Files { get; init; }

    /// <summary>Logs of the host.</summary>
    public required IHostLog Log { get; init; }
}
