namespace VolMgr.Cli.Rehearse;

/// <summary>The rehearsal's end of the verified application, wherever that runs.</summary>
internal interface IWorkload : IAsyncDisposable
{
    /// <summary>Whether it has said that the volumes cannot be reached, and was not settled since.</summary>
    bool IsDisconnected { get; }

    /// <summary>Sends a command.</summary>
    Task TellAsync(string command);

    /// <summary>Sends a command and waits for its event; throws when the application reports a failure or
    /// ends.</summary>
    Task<WorkloadEvent> AskAsync(string command, string expected, CancellationToken token);

    /// <summary>What it knows of a volume, for the checks at the end; the caller disposes it.</summary>
    Ledger OpenLedger(string volume);
}
