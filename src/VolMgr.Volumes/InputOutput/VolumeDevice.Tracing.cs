using VolMgr.Blocks;

namespace VolMgr.Volumes.InputOutput;

/// <content>Traces of single I/Os (vxtrace).</content>
public sealed partial class VolumeDevice
{
    private readonly Lock traceSync = new();
    private IoTrace? trace;

    /// <summary>Whether a trace is attached.</summary>
    public bool IsTraced => Volatile.Read(ref trace) is not null;

    /// <summary>Attaches a trace until the result is disposed; null when the volume has one already. Plexes that come
    /// meanwhile are traced too.</summary>
    public IDisposable? TryTrace(IoTrace notes)
    {
        lock (traceSync)
        {
            if (trace is not null)
            {
                return null;
            }

            Volatile.Write(ref trace, notes);
            FollowUnsynchronized();
            return new Tracing(this, notes);
        }
    }

    /// <summary>The plexes of the published set do as the volume does.</summary>
    private void FollowPublished()
    {
        lock (traceSync)
        {
            FollowUnsynchronized();
        }
    }

    private void FollowUnsynchronized()
    {
        foreach (PlexMember member in Core.Gate.Published.Members)
        {
            member.Device.Follow(trace, member.Name);
        }
    }

    private ValueTask<IoStatus> TraceReadAsync(
        IoTrace notes, long offset, Memory<byte> buffer, CancellationToken token) => notes.FollowAsync(
            "read", Name, "", new ByteRange(offset, buffer.Length), InFlight + 1,
            () => reader.ReadAsync(offset, buffer, token));

    private ValueTask<IoStatus> TraceMutationAsync(IoTrace notes, Mutation mutation, CancellationToken token) =>
        notes.FollowAsync(
            mutation.Kind.ToString().ToLowerInvariant(), Name, "", new ByteRange(mutation.Offset, mutation.Length),
            InFlight + 1, () => SendAsync(mutation, token));

    private sealed class Tracing(VolumeDevice volume, IoTrace notes) : IDisposable
    {
        public void Dispose()
        {
            lock (volume.traceSync)
            {
                if (volume.trace == notes)
                {
                    Volatile.Write(ref volume.trace, null);
                    volume.FollowUnsynchronized();
                }
            }
        }
    }
}
