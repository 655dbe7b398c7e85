using System.Collections.Immutable;

namespace VolMgr.Blocks;

/// <summary>
/// Injects faults in front of a device by rules that can be added and removed while it is used. Without rules it passes
/// everything on, inline and without allocation. Disposing it disposes the inner device and releases what hangs.
/// </summary>
public sealed class FaultDevice : IExtentDevice
{
    private readonly IBlockDevice _inner;
    private readonly Random? _random;
    private readonly Lock _lock = new();
    private ImmutableArray<Fault> _faults = [];

    /// <summary>A device without faults. <paramref name="random"/> is drawn on by rules with a rate only.</summary>
    public FaultDevice(IBlockDevice inner, Random? random = null)
    {
        _inner = inner;
        _random = random;
    }

    /// <inheritdoc/>
    public long Length => _inner.Length;

    /// <summary>The faults at work, in the order of adding.</summary>
    public IReadOnlyList<Fault> Faults
    {
        get
        {
            lock (_lock)
            {
                return _faults;
            }
        }
    }

    /// <summary>Puts a rule to work, after those already there.</summary>
    public Fault Add(FaultRule rule)
    {
        rule.AssertInvariants();
        if (rule.Rate < 1)
        {
            Invariant.Holds(_random is not null);
        }

        Fault fault = new(rule);
        lock (_lock)
        {
            _faults = _faults.Add(fault);
        }

        return fault;
    }

    /// <summary>Ends a fault. Operations that hang in it go on to the device.</summary>
    public void Remove(Fault fault)
    {
        lock (_lock)
        {
            _faults = _faults.Remove(fault);
        }

        fault.Release(IoStatus.Success);
    }

    /// <summary>Ends all faults, as <see cref="Remove"/> does.</summary>
    public void Clear()
    {
        foreach (Fault fault in Faults)
        {
            Remove(fault);
        }
    }

    /// <summary>
    /// Lets go what hangs in the fault now: on to the device when <paramref name="status"/> is success, else with that
    /// answer. The fault stays at work. Returns how many operations hung.
    /// </summary>
    public int Release(Fault fault, IoStatus status = IoStatus.Success)
    {
        Invariant.Holds(Faults.Contains(fault));
        return fault.Release(status);
    }

    /// <inheritdoc/>
    public ValueTask<IoStatus> ReadAsync(long offset, Memory<byte> buffer, CancellationToken token)
    {
        BlockRange.Check(Length, offset, buffer.Length);
        return Strike(DeviceOperations.Read, offset, buffer.Length) is Fault fault
            ? FailAsync(fault, buffer.Length, share => _inner.ReadAsync(offset, buffer[..(int)share], token))
            : _inner.ReadAsync(offset, buffer, token);
    }

    /// <inheritdoc/>
    public ValueTask<IoStatus> WriteAsync(
        long offset, ReadOnlyMemory<byte> data, WriteFlags flags, CancellationToken token)
    {
        BlockRange.Check(Length, offset, data.Length);
        return Strike(DeviceOperations.Write, offset, data.Length) is Fault fault
            ? FailAsync(fault, data.Length, share => _inner.WriteAsync(offset, data[..(int)share], flags, token))
            : _inner.WriteAsync(offset, data, flags, token);
    }

    /// <inheritdoc/>
    public ValueTask<IoStatus> FlushAsync(CancellationToken token) =>
        Strike(DeviceOperations.Flush, 0, 0) is Fault fault
            ? FailAsync(fault, 0, _ => _inner.FlushAsync(token))
            : _inner.FlushAsync(token);

    /// <inheritdoc/>
    public ValueTask<IoStatus> ZeroAsync(long offset, long length, WriteFlags flags, CancellationToken token)
    {
        BlockRange.Check(Length, offset, length);
        return Strike(DeviceOperations.Zero, offset, length) is Fault fault
            ? FailAsync(fault, length, share => ExtentOperations.ZeroAsync(_inner, offset, share, flags, token))
            : ExtentOperations.ZeroAsync(_inner, offset, length, flags, token);
    }

    /// <inheritdoc/>
    public ValueTask<IoStatus> DiscardAsync(long offset, long length, CancellationToken token)
    {
        BlockRange.Check(Length, offset, length);
        return Strike(DeviceOperations.Discard, offset, length) is Fault fault
            ? FailAsync(fault, length, share => ExtentOperations.DiscardAsync(_inner, offset, share, token))
            : ExtentOperations.DiscardAsync(_inner, offset, length, token);
    }

    /// <inheritdoc/>
    public async ValueTask<ExtentReply> NextExtentAsync(long offset, long length, CancellationToken token)
    {
        BlockRange.CheckNotEmpty(Length, offset, length);
        if (Strike(DeviceOperations.Extent, offset, length) is Fault fault)
        {
            IoStatus status = fault.Rule.Hangs ? await fault.HangAsync() : fault.Rule.Status;
            if (status != IoStatus.Success)
            {
                return new ExtentReply(status, ExtentKind.Data, length);
            }
        }

        return await ExtentOperations.NextExtentAsync(_inner, offset, length, token);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Clear();
        return _inner.DisposeAsync();
    }

    private Fault? Strike(DeviceOperations operation, long offset, long length)
    {
        if (_faults.IsEmpty)
        {
            return null;
        }

        lock (_lock)
        {
            foreach (Fault fault in _faults)
            {
                if (fault.StrikesUnsynchronized(operation, offset, length, _random))
                {
                    return fault;
                }
            }
        }

        return null;
    }

    /// <summary>Answers a struck operation; <paramref name="transfer"/> does the given number of its bytes.</summary>
    private static async ValueTask<IoStatus> FailAsync(
        Fault fault, long length, Func<long, ValueTask<IoStatus>> transfer)
    {
        FaultRule rule = fault.Rule;
        if (rule.Hangs)
        {
            IoStatus released = await fault.HangAsync();
            return released == IoStatus.Success ? await transfer(length) : released;
        }

        long share = rule.Moment switch
        {
            FaultMoment.Before => 0,
            FaultMoment.Partway => length / 2 / BlockRange.SectorSize * BlockRange.SectorSize,
            FaultMoment.After => length,
        };
        bool reachesDevice = rule.Moment == FaultMoment.After || share > 0;
        IoStatus inner = reachesDevice ? await transfer(share) : IoStatus.Success;
        return inner == IoStatus.Success ? rule.Status : inner;
    }
}
