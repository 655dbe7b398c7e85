using VolMgr.Blocks;
using VolMgr.Nbd.Protocol;

namespace VolMgr.Nbd.Client;

/// <summary>
/// An export of an NBD server as a block device.
/// </summary>
/// <remarks>
/// <list type="bullet">
/// <item>A lost server is waited for, and what it may have forgotten is written again before anything else is asked of
/// it; <see cref="NbdClientOptions"/> says for how long requests wait. A device whose server could not be reached, or
/// was given up, answers <see cref="IoStatus.NotReachable"/> for good: open another one.</item>
/// <item>Only what the server offers is used. Forced writes are writes and a flush where it has no FUA; a server
/// without FLUSH says that it has nothing to flush; zeroes are written where it cannot make them. Discarding is making
/// zeroes that may be holes: TRIM promises nothing about what is read after.</item>
/// <item>Requests are split at the server's maximum block size and at <see cref="ExportAbilities.MostTransfer"/>.
/// </item>
/// </list>
/// </remarks>
public sealed class NbdClientDevice : IExtentDevice, ISelfRestoringDevice
{
    /// <summary>Bytes that one request clears where the server clears fast, whatever the size.</summary>
    private const long FastZeroes = 1L << 30;

    /// <summary>Bytes that one request clears where the server may have to write them.</summary>
    private const long SlowZeroes = 32L << 20;

    /// <summary>Bytes that one question about extents is about: their lengths have 32 bits.</summary>
    private const long MostExtent = 1L << 30;

    private readonly ClientSession session;

    private NbdClientDevice(ClientSession session, long length)
    {
        this.session = session;
        Length = length;
    }

    /// <inheritdoc/>
    public long Length { get; }

    /// <summary>Why the server is not in service, in one sentence; empty when it is.</summary>
    public string Problem => session.Problem;

    /// <inheritdoc/>
    public bool? HasUnflushedWrites => session.HasUnflushedWrites;

    /// <summary>
    /// Begins to connect and returns at once. Requests wait for the outcome; <see cref="ConnectAsync"/> tells it.
    /// </summary>
    public static NbdClientDevice Open(NbdUri uri, NbdClientOptions options, EngineServices engine)
    {
        BlockRange.CheckDeviceLength(options.Length);
        Invariant.Holds(options.Connections > 0);
        return new NbdClientDevice(new ClientSession(uri, options, engine), options.Length);
    }

    /// <summary>
    /// Waits for the first attempt to connect: success, or NotReachable with <see cref="Problem"/>.
    /// </summary>
    public async Task<IoStatus> ConnectAsync()
    {
        await session.Decided;
        return session.State == SessionState.Failed ? IoStatus.NotReachable : IoStatus.Success;
    }

    /// <inheritdoc/>
    public ValueTask<IoStatus> ReadAsync(long offset, Memory<byte> buffer, CancellationToken token)
    {
        BlockRange.Check(Length, offset, buffer.Length);
        return token.IsCancellationRequested ? ValueTask.FromCanceled<IoStatus>(token)
            : buffer.Length == 0 ? ValueTask.FromResult(IoStatus.Success)
            : ReadPiecesAsync(offset, buffer);
    }

    /// <inheritdoc/>
    public ValueTask<IoStatus> WriteAsync(
        long offset, ReadOnlyMemory<byte> data, WriteFlags flags, CancellationToken token)
    {
        BlockRange.Check(Length, offset, data.Length);
        return token.IsCancellationRequested ? ValueTask.FromCanceled<IoStatus>(token)
            : data.Length == 0 ? ValueTask.FromResult(IoStatus.Success)
            : ChangeAsync(flags, (able, isForced) => WritePiecesAsync(able, offset, data, isForced));
    }

    /// <inheritdoc/>
    public ValueTask<IoStatus> ZeroAsync(long offset, long length, WriteFlags flags, CancellationToken token)
    {
        BlockRange.Check(Length, offset, length);
        return token.IsCancellationRequested ? ValueTask.FromCanceled<IoStatus>(token)
            : length == 0 ? ValueTask.FromResult(IoStatus.Success)
            : ChangeAsync(flags, (able, isForced) => ZeroPiecesAsync(able, offset, length, flags, isForced));
    }

    /// <inheritdoc/>
    public ValueTask<IoStatus> DiscardAsync(long offset, long length, CancellationToken token) =>
        ZeroAsync(offset, length, WriteFlags.None, token);

    /// <inheritdoc/>
    public ValueTask<IoStatus> FlushAsync(CancellationToken token) =>
        token.IsCancellationRequested ? ValueTask.FromCanceled<IoStatus>(token) : FlushAllAsync();

    /// <inheritdoc/>
    public ValueTask<ExtentReply> NextExtentAsync(long offset, long length, CancellationToken token)
    {
        BlockRange.CheckNotEmpty(Length, offset, length);
        return token.IsCancellationRequested
            ? ValueTask.FromCanceled<ExtentReply>(token)
            : AskExtentAsync(offset, length);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => session.DisposeAsync();

    private async ValueTask<ExportAbilities?> AbilitiesAsync()
    {
        if (session.Abilities is null)
        {
            await session.Decided;
        }

        return session.Abilities;
    }

    private async ValueTask<IoStatus> ReadPiecesAsync(long offset, Memory<byte> buffer)
    {
        if (await AbilitiesAsync() is not { } able)
        {
            return IoStatus.NotReachable;
        }

        for (int done = 0; done < buffer.Length;)
        {
            int length = Math.Min(able.TransferSize, buffer.Length - done);
            ClientReply reply = await session.SubmitAsync(new ClientRequest
            {
                Command = NbdCommand.Read,
                Offset = offset + done,
                Length = (uint)length,
                Target = buffer.Slice(done, length),
            });
            if (reply.Status != IoStatus.Success)
            {
                return reply.Status;
            }

            done += length;
        }

        return IoStatus.Success;
    }

    /// <summary>What all changes have in common: a forced one without FUA ends with a flush.</summary>
    private async ValueTask<IoStatus> ChangeAsync(
        WriteFlags flags, Func<ExportAbilities, bool, ValueTask<IoStatus>> change)
    {
        if (await AbilitiesAsync() is not { } able)
        {
            return IoStatus.NotReachable;
        }

        if (able.IsReadOnly)
        {
            return IoStatus.ReadOnly;
        }

        bool isForced = (flags & WriteFlags.ForceUnitAccess) != WriteFlags.None;
        IoStatus status = await change(able, isForced && able.CanForce);
        return status == IoStatus.Success && isForced && !able.CanForce ? await FlushAllAsync() : status;
    }

    private async ValueTask<IoStatus> WritePiecesAsync(
        ExportAbilities able, long offset, ReadOnlyMemory<byte> data, bool isForced)
    {
        for (int done = 0; done < data.Length;)
        {
            int length = Math.Min(able.TransferSize, data.Length - done);
            await session.RoomAsync();
            ClientReply reply = await session.SubmitAsync(new ClientRequest
            {
                Command = NbdCommand.Write,
                Flags = isForced ? CommandFlags.Fua : CommandFlags.None,
                Offset = offset + done,
                Length = (uint)length,
                Payload = data.Slice(done, length),
            });
            if (reply.Status != IoStatus.Success)
            {
                return reply.Status;
            }

            done += length;
        }

        return IoStatus.Success;
    }

    /// <summary>
    /// Clears in large pieces where the server says at once whether it clears fast (FAST_ZERO), in smaller ones where
    /// it may have to write zeroes, and by writing them ourselves where it cannot.
    /// </summary>
    private async ValueTask<IoStatus> ZeroPiecesAsync(
        ExportAbilities able, long offset, long length, WriteFlags flags, bool isForced)
    {
        bool isAble = able.CanWriteZeroes;
        bool isFast = able.CanFastZero && length > SlowZeroes;
        CommandFlags wire = (isForced ? CommandFlags.Fua : CommandFlags.None)
            | ((flags & WriteFlags.NoHole) != WriteFlags.None ? CommandFlags.NoHole : CommandFlags.None);
        while (length > 0 && isAble)
        {
            long piece = Math.Min(length, isFast ? FastZeroes : SlowZeroes);
            await session.RoomAsync();
            ClientReply reply = await session.SubmitAsync(new ClientRequest
            {
                Command = NbdCommand.WriteZeroes,
                Flags = wire | (isFast ? CommandFlags.FastZero : CommandFlags.None),
                Offset = offset,
                Length = (uint)piece,
            });
            if (reply.Status == IoStatus.Success)
            {
                offset += piece;
                length -= piece;
            }
            else if (!ClientErrno.IsUnsupported(reply.Error))
            {
                return reply.Status;
            }
            else
            {
                isAble = isFast;
                isFast = false;
            }
        }

        return await ExtentOperations.ZeroAsync(
            new WritesOnly(this, able, isForced), offset, length, WriteFlags.None, CancellationToken.None);
    }

    private async ValueTask<IoStatus> FlushAllAsync()
    {
        if (await AbilitiesAsync() is not { } able)
        {
            return IoStatus.NotReachable;
        }

        IoStatus failure = session.FlushFailure;
        if (failure != IoStatus.Success)
        {
            return failure;
        }

        if (able.CanFlush)
        {
            return (await session.SubmitAsync(new ClientRequest { Command = NbdCommand.Flush })).Status;
        }

        return session.State is SessionState.Unreachable or SessionState.Failed
            ? IoStatus.NotReachable
            : IoStatus.Success;
    }

    private async ValueTask<ExtentReply> AskExtentAsync(long offset, long length)
    {
        if (await AbilitiesAsync() is not { } able)
        {
            return new ExtentReply(IoStatus.NotReachable, ExtentKind.Data, length);
        }

        if (able.AllocationContext is null)
        {
            return new ExtentReply(IoStatus.Success, ExtentKind.Data, length);
        }

        ClientReply reply = await session.SubmitAsync(new ClientRequest
        {
            Command = NbdCommand.BlockStatus,
            Flags = CommandFlags.ReqOne,
            Offset = offset,
            Length = (uint)Math.Min(length, MostExtent),
        });
        if (reply.Status != IoStatus.Success)
        {
            // Not to know is no failure: all of it may be data.
            return new ExtentReply(
                ClientErrno.IsUnsupported(reply.Error) ? IoStatus.Success : reply.Status, ExtentKind.Data, length);
        }

        // An extent that ends inside a sector says nothing about the whole of it.
        long whole = Math.Min(length, reply.ExtentLength & ~(BlockRange.SectorSize - 1L));
        bool isHole = whole > 0 && ((AllocationFlags)reply.ExtentFlags & AllocationFlags.Zero) != AllocationFlags.None;
        return new ExtentReply(
            IoStatus.Success, isHole ? ExtentKind.Hole : ExtentKind.Data, Math.Max(whole, BlockRange.SectorSize));
    }

    /// <summary>The device as one that only writes, for the one place that emulates zeroes.</summary>
    private sealed class WritesOnly(NbdClientDevice device, ExportAbilities able, bool isForced) : IBlockDevice
    {
        public long Length => device.Length;

        public ValueTask<IoStatus> ReadAsync(long offset, Memory<byte> buffer, CancellationToken token) =>
            device.ReadAsync(offset, buffer, token);

        public ValueTask<IoStatus> WriteAsync(
            long offset, ReadOnlyMemory<byte> data, WriteFlags flags, CancellationToken token) =>
            device.WritePiecesAsync(able, offset, data, isForced);

        public ValueTask<IoStatus> FlushAsync(CancellationToken token) => device.FlushAsync(token);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
