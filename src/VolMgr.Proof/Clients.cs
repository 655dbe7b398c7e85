using VolMgr.Blocks;
using VolMgr.Proof.Histories;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Tasks;

namespace VolMgr.Proof;

/// <summary>
/// The applications on the volume: several requests in flight at once, each told to the model before it is issued and
/// after it is answered. A request of a host that crashed is never answered.
/// </summary>
internal sealed class Clients(SimulatedLab lab, VolumeModel model, Troubles troubles, string volumeName)
{
    private const int LongestInSectors = 96;
    private const int SaturatingDepth = 4;

    private const int Mebibyte = (1 << 20) / Stamp.SectorSize;

    private readonly HistoryFeed? feed = lab.Feeds.Of(volumeName);
    private readonly List<Task> running = [];
    private readonly List<Reach> open = [];
    private long shortest = long.MaxValue;

    /// <summary>The first thing that was wrong, or null.</summary>
    public string? Violation { get; private set; }

    /// <summary>The number of the last request.</summary>
    public int LastRequest { get; set; }

    /// <summary>Requests that were acknowledged.</summary>
    public int Acknowledged { get; private set; }

    /// <summary>Issues a request; waits only where too many are in flight.</summary>
    public async Task StartAsync(Operation operation)
    {
        running.RemoveAll(task => task.IsCompleted);
        if (running.Count >= lab.Shape.Depth)
        {
            await Patience.AwaitAsync(lab.Simulator, Task.WhenAny(running), "a request of a client hangs");
        }

        Task request = lab.Simulator.Engine.StartAsync(() => RunAsync(operation));
        lab.Simulator.Watch($"{volumeName}: {operation}", request);
        running.Add(request);
    }

    /// <summary>Waits for all answers.</summary>
    public async Task JoinAsync()
    {
        await Patience.AwaitAsync(lab.Simulator, Task.WhenAll(running), "requests of clients hang");
        running.Clear();
        model.Settle();
    }

    /// <summary>Writes to one place without a pause while a copy runs; it has to come to its end all the
    /// same.</summary>
    public async Task SaturateAsync(Operation operation)
    {
        await JoinAsync();
        TimeSpan end = lab.Simulator.Elapsed + TimeSpan.FromSeconds(2);
        Operation write = new(OperationKind.Write, operation.Place, 7);
        while (IsCopying && lab.FindVolume(volumeName) is not null && lab.Simulator.Elapsed < end)
        {
            await StartAsync(write);
            if (running.Count >= SaturatingDepth)
            {
                await Patience.AwaitAsync(lab.Simulator, Task.WhenAny(running), "a request of a client hangs");
            }
        }

        // The volume itself may have gone, and the copy be that of another one.
        if (IsCopying && lab.Simulator.Elapsed >= end && !troubles.IsActive)
        {
            Violation ??= "a copy does not come to its end while clients write";
            feed?.Record(new CopyStarved(1, TimeSpan.FromSeconds(2)));
        }

        await JoinAsync();
    }

    /// <summary>The volume is about to lose what is beyond: of requests that reach there nothing is demanded.
    /// </summary>
    public void BeginShrink(long length)
    {
        shortest = length;
        open.ForEach(CutIfBeyond);
    }

    /// <summary>The volume has shrunk, or has not.</summary>
    public void EndShrink() => shortest = long.MaxValue;

    /// <summary>The host is dead, and who waits for it waits for ever.</summary>
    public void Abandon()
    {
        running.Clear();
        open.Clear();
        EndShrink();
    }

    /// <summary>Reads the whole volume and checks it; nothing may fail.</summary>
    public async Task ReadAllAsync(VolumeDevice volume)
    {
        const int step = 64 * 1024;
        byte[] buffer = new byte[step];
        for (long offset = 0; offset < model.Length; offset += step)
        {
            Memory<byte> part = buffer.AsMemory(0, (int)Math.Min(step, model.Length - offset));
            long began = model.Now();
            int request = Invoke(RequestKind.Read, offset, part.Length, 0);
            IoStatus status = await volume.ReadAsync(offset, part, CancellationToken.None);
            Answer(request, status == IoStatus.Success, offset, part.Span);
            string? wrong = status == IoStatus.Success
                ? model.Check(offset, part.Span, began)
                : $"a read at {offset} answers {status} although every LUN works";
            if (wrong is not null)
            {
                throw new ProofViolationException($"read of the whole volume: {wrong}");
            }
        }
    }

    private bool IsCopying => lab.Host.Tasks.List.Any(
        task => task is { Type: "ATCOPY", State: TaskState.Running, SlowMs: 0 });

    private async Task RunAsync(Operation operation)
    {
        if (lab.FindVolume(volumeName) is not { } volume)
        {
            return;
        }

        int boot = lab.Boot;
        int before = troubles.Count;
        bool mayFail = troubles.IsActive;
        IoStatus status = operation.Kind switch
        {
            OperationKind.Read => await ReadAsync(volume, operation, boot),
            OperationKind.Flush => await FlushAsync(volume, boot),
            _ => await MutateAsync(volume, operation, boot),
        };
        if (boot != lab.Boot)
        {
            return;
        }

        lab.Tell($"{volumeName} {operation}: {status}");
        Acknowledged += status == IoStatus.Success ? 1 : 0;
        if (status != IoStatus.Success && before == troubles.Count && !mayFail)
        {
            Violation ??= $"{operation} answers {status} although every LUN works";
        }
    }

    private (long Offset, int Length) Place(Operation operation)
    {
        int count = (int)(model.Length / Stamp.SectorSize);
        // four places of ten are near one another, three are across a mebibyte, the unit of recovery
        int first = (operation.Place % 10) switch
        {
            < 4 => operation.Place / 10 % 16 * 8 % count,
            < 7 when count > Mebibyte => Mebibyte - (operation.Place / 10 % 64),
            _ => operation.Place % count,
        };
        int length = 1 + (operation.Size % LongestInSectors);
        return (first * (long)Stamp.SectorSize, Math.Min(length, count - first) * Stamp.SectorSize);
    }

    private async Task<IoStatus> MutateAsync(VolumeDevice volume, Operation operation, int boot)
    {
        (long offset, int length) = Place(operation);
        OperationKind kind = operation.Kind;
        bool isZero = kind is OperationKind.Zero or OperationKind.Discard or OperationKind.ZeroInside;
        bool isForced = kind == OperationKind.ForcedWrite;
        IssuedWrite write = model.Issue(offset, length, isZero);
        int request = Invoke(
            kind == OperationKind.Discard ? RequestKind.Discard : isZero ? RequestKind.Zero : RequestKind.Write,
            offset,
            length,
            write.Value,
            isForced);
        Reach span = Open(offset, length);
        IoStatus status = await SendAsync(volume, kind, offset, length, write.Value);
        open.Remove(span);
        if (boot == lab.Boot)
        {
            bool isDone = status == IoStatus.Success && !span.IsCut;
            Answer(request, isDone, 0, []);
            model.Answer(write, isDone);
            write.IsDurable |= isForced && isDone;
        }

        return status;
    }

    private static ValueTask<IoStatus> SendAsync(
        VolumeDevice volume, OperationKind kind, long offset, int length, long value)
    {
        if (kind is OperationKind.Zero or OperationKind.Discard or OperationKind.ZeroInside)
        {
            return kind switch
            {
                OperationKind.Discard => volume.DiscardAsync(offset, length, CancellationToken.None),
                OperationKind.Zero => volume.ZeroAsync(offset, length, WriteFlags.None, CancellationToken.None),
                _ => volume.ZeroBytesAsync(
                    offset + Stamp.Edge, length - (2 * Stamp.Edge), WriteFlags.None, CancellationToken.None),
            };
        }

        byte[] data = new byte[length];
        Stamp.Fill(data, offset / Stamp.SectorSize, value);
        return kind == OperationKind.WriteInside
            ? volume.WriteBytesAsync(
                offset + Stamp.Edge, data.AsMemory()[Stamp.Edge..^Stamp.Edge], WriteFlags.None, CancellationToken.None)
            : volume.WriteAsync(
                offset,
                data,
                kind == OperationKind.ForcedWrite ? WriteFlags.ForceUnitAccess : WriteFlags.None,
                CancellationToken.None);
    }

    private async Task<IoStatus> ReadAsync(VolumeDevice volume, Operation operation, int boot)
    {
        (long offset, int length) = Place(operation);
        byte[] buffer = new byte[length];
        long began = model.Now();
        int request = Invoke(RequestKind.Read, offset, length, 0);
        Reach span = Open(offset, length);
        IoStatus status = await volume.ReadAsync(offset, buffer, CancellationToken.None);
        open.Remove(span);
        bool isDone = status == IoStatus.Success && !span.IsCut;
        if (boot == lab.Boot)
        {
            Answer(request, isDone, offset, buffer);
        }

        if (isDone && boot == lab.Boot && model.Check(offset, buffer, began) is { } wrong)
        {
            Violation ??= $"{operation}: {wrong}";
        }

        return status;
    }

    private async Task<IoStatus> FlushAsync(VolumeDevice volume, int boot)
    {
        IReadOnlyList<IssuedWrite> covered = model.Acknowledged();
        int request = Invoke(RequestKind.Flush, 0, 0, 0);
        IoStatus status = await volume.FlushAsync(CancellationToken.None);
        if (boot == lab.Boot)
        {
            Answer(request, status == IoStatus.Success, 0, []);
        }

        if (status == IoStatus.Success && boot == lab.Boot)
        {
            VolumeModel.Flushed(covered);
        }

        return status;
    }

    private int Invoke(RequestKind kind, long offset, int length, long value, bool isForced = false)
    {
        feed?.Record(new Invoked(
            ++LastRequest, kind, (int)(offset / Stamp.SectorSize), length / Stamp.SectorSize, value)
        {
            IsForced = isForced,
        });
        return LastRequest;
    }

    private Reach Open(long offset, int length)
    {
        var span = new Reach(offset + length);
        CutIfBeyond(span);
        open.Add(span);
        return span;
    }

    private void CutIfBeyond(Reach span) => span.IsCut |= span.End > shortest;

    private void Answer(int request, bool isDone, long offset, ReadOnlySpan<byte> content)
    {
        long[] values = new long[isDone ? content.Length / Stamp.SectorSize : 0];
        for (int index = 0; index < values.Length; index++)
        {
            values[index] = Stamp.Read(
                content.Slice(index * Stamp.SectorSize, Stamp.SectorSize), (offset / Stamp.SectorSize) + index);
        }

        feed?.Record(new Answered(request, isDone, values));
    }

    /// <summary>A request that is open, by its end.</summary>
    private sealed class Reach(long end)
    {
        public long End { get; } = end;

        /// <summary>Whether a part of it lies beyond an end that the volume had meanwhile.</summary>
        public bool IsCut { get; set; }
    }
}
