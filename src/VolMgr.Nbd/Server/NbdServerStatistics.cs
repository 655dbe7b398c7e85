namespace VolMgr.Nbd.Server;

/// <summary>What a server has done since it was made.</summary>
/// <param name="Connections">Clients that chose an export and are still there.</param>
/// <param name="Handshakes">Clients that have not yet chosen one.</param>
/// <param name="ConnectionsAccepted">Clients ever accepted.</param>
/// <param name="Requests">Requests answered, refused ones included.</param>
/// <param name="Errors">Requests answered with an error.</param>
/// <param name="BytesRead">Bytes of data sent in answers to reads.</param>
/// <param name="BytesWritten">Bytes of data taken by writes.</param>
/// <param name="BytesHeld">Bytes that requests and replies hold at this moment.</param>
public readonly record struct NbdServerStatistics(
    int Connections,
    int Handshakes,
    long ConnectionsAccepted,
    long Requests,
    long Errors,
    long BytesRead,
    long BytesWritten,
    long BytesHeld);
