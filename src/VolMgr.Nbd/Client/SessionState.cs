namespace VolMgr.Nbd.Client;

/// <summary>
/// Where a session with a server stands.
/// <code>
///                 connected               connection lost
///   Connecting ------------> Serving --------------------> Recovering ----> Failed (nothing unflushed)
///       |                       ^  ^   connected, repeated     |  in vain
///       |                       |  `---------------------------+
///       | in vain               |      connected, repeated     | in vain, writes unflushed
///       v                       `------------------------ Unreachable
///     Failed
/// </code>
/// Every state leads to Failed: by closing, by power loss, by an answer that makes going on unsafe.
/// </summary>
internal enum SessionState
{
    /// <summary>The first attempt is under way; requests wait.</summary>
    Connecting = 1,

    /// <summary>Requests are sent.</summary>
    Serving = 2,

    /// <summary>A connection was lost a short while ago; requests wait for the server to come back.</summary>
    Recovering = 3,

    /// <summary>
    /// The server has been gone for too long, and has acknowledged writes that it may have forgotten: requests fail at
    /// once, and when it comes back those writes are repeated before anything else.
    /// </summary>
    Unreachable = 4,

    /// <summary>For good: requests fail, nothing is sent any more.</summary>
    Failed = 5,
}
