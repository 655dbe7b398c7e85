namespace VolMgr.Nbd.Server;

/// <summary>
/// Counts of one connection: its own, so that connections do not share a cache line on every request. When the
/// connection ends they are added to those of the server.
/// </summary>
internal sealed class Counters
{
    private long _requests;
    private long _errors;
    private long _bytesRead;
    private long _bytesWritten;

    public long Requests => Volatile.Read(ref _requests);

    public long Errors => Volatile.Read(ref _errors);

    public long BytesRead => Volatile.Read(ref _bytesRead);

    public long BytesWritten => Volatile.Read(ref _bytesWritten);

    public void AddRequest() => Interlocked.Increment(ref _requests);

    public void AddError() => Interlocked.Increment(ref _errors);

    public void AddRead(long bytes) => Interlocked.Add(ref _bytesRead, bytes);

    public void AddWritten(long bytes) => Interlocked.Add(ref _bytesWritten, bytes);

    public void Add(Counters other)
    {
        Interlocked.Add(ref _requests, other.Requests);
        Interlocked.Add(ref _errors, other.Errors);
        Interlocked.Add(ref _bytesRead, other.BytesRead);
        Interlocked.Add(ref _bytesWritten, other.BytesWritten);
    }
}
