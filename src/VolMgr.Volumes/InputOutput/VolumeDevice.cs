using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Recovery;

namespace VolMgr.Volumes.InputOutput;

/// <summary>What a started volume is made of.</summary>
public sealed record VolumeDeviceOptions
{
    /// <summary>Its record.</summary>
    public required RecordId Volume { get; init; }

    /// <summary>Its name, for messages.</summary>
    public required string Name { get; init; }

    /// <summary>The plexes that take part from the start.</summary>
    public required PlexSet Plexes { get; init; }

    /// <summary>The dirty region log, or null. What it held at the start stays dirty until recovery has ended, or
    /// <see cref="DirtyRegionLog.ReleaseHeld"/> says that nobody depends on it.</summary>
    public DirtyRegionLog? Log { get; init; }

    /// <summary>The group.</summary>
    public required IVolumeOwner Owner { get; init; }

    /// <summary>Scheduler and clock.</summary>
    public required EngineServices Engine { get; init; }

    /// <summary>Whether the configuration already says that the plexes may differ after a crash.</summary>
    public bool IsDirty { get; init; }

    /// <summary>
    /// What recovery has to make equal: null for nothing, an empty list for the whole volume, else these ranges. Reads
    /// of it are safe from the start.
    /// </summary>
    public IReadOnlyList<ByteRange>? Unrecovered { get; init; }

    internal DataPathSteps Steps { get; init; } = DataPathSteps.Default;
}

/// <summary>
/// The volume that clients use: gate, range locks, plex set, dirty region log, mirrored reads with repair.
/// </summary>
/// <remarks>
/// README.md of this folder tells the steps and what holds at each.
/// <para>A request that reaches beyond the end answers <see cref="IoStatus.NotReachable"/>, as one to a stopped volume
/// does: the volume may have been shrunk since its user asked for its length.</para>
/// </remarks>
public sealed partial class VolumeDevice : IByteDevice
{
    private readonly MirrorWriter writer;
    private readonly MirrorReader reader;
    private readonly MutationPieces pieces;
    private readonly DirectionCounter reads;
    private readonly DirectionCounter writes;
    private readonly DirectionCounter flushes;
    private int openCount;

    /// <summary>Starts a volume; it takes I/O at once.</summary>
    public VolumeDevice(VolumeDeviceOptions options)
    {
        Name = options.Name;
        Core = new VolumeCore(options);
        reader = new MirrorReader(Core);
        writer = new MirrorWriter(Core, reader);
        pieces = new MutationPieces(writer, options.Engine);
        reads = new DirectionCounter(options.Engine.Time);
        writes = new DirectionCounter(options.Engine.Time);
        flushes = new DirectionCounter(options.Engine.Time);
        if (options.Unrecovered is { } ranges)
        {
            Core.Unrecovered = RecoveryMap.Over(options.Plexes.Length, ranges);
        }

        options.Log?.Bind(Core);
    }

    /// <summary>The volume's record.</summary>
    public RecordId Volume => Core.Volume;

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <inheritdoc/>
    public long Length => Core.Gate.Published.Length;

    /// <summary>The published plex set.</summary>
    public PlexSet Plexes => Core.Gate.Published;

    /// <summary>The dirty region log, or null.</summary>
    public DirtyRegionLog? Log => Core.Log;

    /// <summary>Whether it is recorded that the plexes may differ after a crash.</summary>
    public bool IsDirty => Core.IsDirty;

    /// <summary>Whether recovery has not yet reached every range.</summary>
    public bool IsRecovering => Core.Unrecovered is not null;

    /// <summary>How many clients hold it open.</summary>
    public int OpenCount => Volatile.Read(ref openCount);

    /// <summary>Requests in flight, the copier's included.</summary>
    public int InFlight => Core.Gate.InFlight;

    /// <summary>What applications did so far.</summary>
    public VolumeStatistics Statistics => new(reads.Read(), writes.Read(), flushes.Read());

    /// <summary>What <see cref="Statistics"/> were when they were last reset.</summary>
    public VolumeStatistics StatisticsBaseline { get; private set; }

    /// <summary>What reached each plex that takes part, and its subdisks.</summary>
    public IReadOnlyList<(string Plex, TalliedIo Io, IReadOnlyList<SubdiskIo> Subdisks)> PlexStatistics =>
        [.. Plexes.Members.Where(member => member.Device.Tally is not null)
            .Select(member => (member.Name, member.Device.Tally!.Plex, member.Device.Tally!.Subdisks))];

    internal VolumeCore Core { get; }

    internal MirrorReader Reader => reader;

    /// <summary>Flushes while the gate is open, until what is left takes little time: a change that flushes with the
    /// gate closed closes it only briefly then. A failure is met again, and handled, there.</summary>
    internal async Task FlushAheadAsync(RecordId? leaving = null)
    {
        const int rounds = 8;
        for (int round = 0; round < rounds && Core.Gate.Published.Members.Any(IsInDebt); round++)
        {
            long began = Core.Engine.Time.GetTimestamp();
            IoStatus status = await Core.Flusher.FlushAsync(CancellationToken.None, leaving);
            if (status != IoStatus.Success || Core.Engine.Time.GetElapsedTime(began) < TimeSpan.FromMilliseconds(2))
            {
                return;
            }
        }

        bool IsInDebt(PlexMember member) =>
            member.Id != leaving && member.Device is { IsFaulted: false, HasFlushDebt: true };
    }

    /// <summary>Takes what was counted so far for the baseline, of the volume, its plexes and their subdisks.</summary>
    public void ResetStatistics()
    {
        StatisticsBaseline = Statistics;
        foreach (PlexMember member in Plexes.Members)
        {
            member.Device.Tally?.Reset();
        }
    }

    /// <summary>From now on the statistics count reads and writes that take longer as slow.</summary>
    internal void WatchTail(TimeSpan target)
    {
        reads.Watch(target);
        writes.Watch(target);
    }

    /// <summary>Counts a client until the result is disposed.</summary>
    public IDisposable Open()
    {
        Interlocked.Increment(ref openCount);
        return new Opening(this);
    }

    /// <inheritdoc/>
    public async ValueTask<IoStatus> ReadAsync(long offset, Memory<byte> buffer, CancellationToken token)
    {
        ByteRange.CheckSectors(offset, buffer.Length);
        if (buffer.Length == 0)
        {
            return IoStatus.Success;
        }

        long began = reads.Begin();
        IoStatus status = Volatile.Read(ref trace) is { } notes
            ? await TraceReadAsync(notes, offset, buffer, token)
            : await reader.ReadAsync(offset, buffer, token);
        reads.End(began, buffer.Length, status == IoStatus.Success);
        return status;
    }

    /// <inheritdoc/>
    public ValueTask<IoStatus> WriteAsync(
        long offset, ReadOnlyMemory<byte> data, WriteFlags flags, CancellationToken token) =>
        MutateAsync(Mutation.Write(offset, data, flags), token);

    /// <inheritdoc/>
    public ValueTask<IoStatus> ZeroAsync(long offset, long length, WriteFlags flags, CancellationToken token) =>
        MutateAsync(new Mutation(MutationKind.Zero, offset, length, default, flags), token);

    /// <inheritdoc/>
    public ValueTask<IoStatus> DiscardAsync(long offset, long length, CancellationToken token) =>
        MutateAsync(new Mutation(MutationKind.Discard, offset, length, default, WriteFlags.None), token);

    /// <inheritdoc/>
    public async ValueTask<IoStatus> FlushAsync(CancellationToken token)
    {
        long began = flushes.Begin();
        IoStatus status = await Core.Flusher.FlushAsync(token);
        flushes.End(began, 0, status == IoStatus.Success);
        return status;
    }

    /// <inheritdoc/>
    public async ValueTask<ExtentReply> NextExtentAsync(long offset, long length, CancellationToken token)
    {
        ByteRange.CheckSectors(offset, length);
        PlexSet? plexes = await Core.Steps.EnterAsync(Core.Gate, token);
        if (plexes is null)
        {
            return new ExtentReply(IoStatus.NotReachable, ExtentKind.Data, 0);
        }

        try
        {
            if (offset + length > plexes.Length)
            {
                return new ExtentReply(IoStatus.NotReachable, ExtentKind.Data, 0);
            }

            if (Core.Unrecovered?.IsPending(offset, length) == true)
            {
                return new ExtentReply(IoStatus.Success, ExtentKind.Data, length);
            }

            PlexMember? member = reader.ChooseReadable(plexes);
            return member is null
                ? new ExtentReply(IoStatus.NotReachable, ExtentKind.Data, 0)
                : await member.Device.NextExtentAsync(offset, length, token);
        }
        finally
        {
            Core.Gate.Leave();
        }
    }

    /// <summary>
    /// Changes the plex set or anything else that a request's snapshot depends on: closes the gate, waits for
    /// everything in flight (reads and copier included), runs the commit, publishes what it returns, opens the gate on
    /// every path.
    /// </summary>
    /// <remarks>
    /// The commit must be durable when it returns. It must not do I/O through this volume, except
    /// <see cref="FlushAllAsync"/>, nor start another reconfiguration of it. Never call this from the group's own
    /// configuration loop: requests that are being drained may need that loop to record a fault.
    /// </remarks>
    public async Task<T> ReconfigureAsync<T>(Func<PlexSet, Task<(T Result, VolumeChange? Publish)>> commit)
    {
        await Core.Housekeeping.BarAsync();
        try
        {
            return await ReconfigureBarredAsync(commit);
        }
        finally
        {
            Core.Housekeeping.Lift();
        }
    }

    private async Task<T> ReconfigureBarredAsync<T>(Func<PlexSet, Task<(T Result, VolumeChange? Publish)>> commit)
    {
        DataPathSteps steps = Core.Steps;
        await Core.Gate.FreezeAsync();
        try
        {
            await steps.ReachedAsync(DataPathStep.Frozen, 0, 0);
            await steps.DrainAsync(Core.Gate);
            await steps.ReachedAsync(DataPathStep.Drained, 0, 0);
            (T result, VolumeChange? change) = await steps.CommitFrozenAsync(
                Core.Gate, () => commit(Core.Gate.Published));
            await steps.ReachedAsync(DataPathStep.Committed, 0, 0);
            if (change is not null)
            {
                Publish(change);
            }

            await steps.ReachedAsync(DataPathStep.Published, 0, 0);
            return result;
        }
        finally
        {
            Core.Gate.Thaw();
        }
    }

    /// <summary>
    /// Flushes all plexes, or all but one that leaves for good, without entering the gate: for use inside a
    /// reconfiguration, where nothing is in flight.
    /// </summary>
    public Task<IoStatus> FlushAllAsync(RecordId? leaving = null) =>
        Core.Flusher.FlushMembersAsync(Core.Gate.Published, leaving);

    /// <summary>
    /// Stops the volume: drains, flushes, clears the dirty region log; requests that come later answer NotReachable.
    /// The status is that of the flush: only after success may the group record that the volume is clean.
    /// </summary>
    public async Task<IoStatus> CloseAsync()
    {
        await Core.Gate.FreezeAsync();
        try
        {
            await Core.Gate.DrainAsync();
            Core.Gate.Close();
            IoStatus status = await FlushAllAsync();
            if (Core.Log is { } log)
            {
                await log.CloseAsync(clear: status == IoStatus.Success && Core.Unrecovered is null);
            }

            foreach (PlexMember member in Plexes.Members)
            {
                member.Device.Revoke();
            }

            return status;
        }
        finally
        {
            Core.Gate.Thaw();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await CloseAsync();

    private async ValueTask<IoStatus> MutateAsync(Mutation mutation, CancellationToken token)
    {
        ByteRange.CheckSectors(mutation.Offset, mutation.Length);
        if (mutation.Length == 0)
        {
            return IoStatus.Success;
        }

        long began = writes.Begin();
        IoStatus status = Volatile.Read(ref trace) is { } notes
            ? await TraceMutationAsync(notes, mutation, token)
            : await SendAsync(mutation, token);
        writes.End(began, mutation.Length, status == IoStatus.Success);
        return status;
    }

    private ValueTask<IoStatus> SendAsync(in Mutation mutation, CancellationToken token) =>
        MutationPieces.IsLong(mutation)
            ? new ValueTask<IoStatus>(pieces.MutateAsync(mutation, token))
            : writer.MutateAsync(mutation, token);

    private void Publish(VolumeChange change)
    {
        PlexSet before = Core.Gate.Published;
        Core.Gate.Publish(change.Plexes);
        FollowPublished();
        foreach (PlexMember member in before.Members)
        {
            if (change.Plexes.Members.All(kept => kept.Device != member.Device))
            {
                member.Device.Revoke();
            }
        }

        if (change.ReplacesLog)
        {
            Core.Log?.Retire();
            Core.Log = change.Log;
            change.Log?.Bind(Core);
        }
        else if (change.LogPlexes is { } kept)
        {
            Core.Log?.Keep(kept);
        }
    }

    private sealed class Opening(VolumeDevice volume) : IDisposable
    {
        private VolumeDevice? volume = volume;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref volume, null) is { } opened)
            {
                Interlocked.Decrement(ref opened.openCount);
            }
        }
    }
}
