using VolMgr.Blocks;
using VolMgr.Cli.Protocol;

namespace VolMgr.Cli.Owner;

/// <summary>
/// What the control server offers to its clients: the lab itself, or a scripted one in tests of the protocol.
/// </summary>
internal interface ILabService : IAsyncDisposable
{
    /// <summary>Runs a command to its end.</summary>
    /// <param name="request">The command.</param>
    /// <param name="streams">Its text.</param>
    /// <param name="interrupted">Ctrl-C, or the client has gone: stop waiting; background tasks live on.</param>
    Task<int> RunAsync(RunRequest request, CommandStreams streams, CancellationToken interrupted);

    /// <summary>Opens a volume for block I/O; refuses with <see cref="UserErrorException"/>.</summary>
    Task<IBlockDevice> OpenVolumeAsync(OpenVolumeRequest request, CancellationToken token);

    /// <summary>Whether background tasks run that keep the lab up.</summary>
    bool HasTasks { get; }

    /// <summary>Asks for a clean stop; it happens after the answer to this request has been sent.</summary>
    void RequestStop(string reason);
}

/// <summary>The text of a command on the owner's side.</summary>
/// <param name="Out">Standard output.</param>
/// <param name="Error">Standard error.</param>
/// <param name="In">Standard input, fetched from the client only when the command reads it.</param>
internal sealed record CommandStreams(TextWriter Out, TextWriter Error, TextReader In);
