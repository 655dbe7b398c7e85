using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using VolMgr.Blocks;
using VolMgr.Cli.Labs;

namespace VolMgr.Cli.Protocol;

/// <summary>
/// A volume of a lab as a block device in another process than the owner. Many requests may be in flight; when the
/// owner goes, each of them and every later one answers <see cref="IoStatus.NotReachable"/>. To go on, open a new
/// client.
/// </summary>
internal sealed class VolumeClient : IBlockDevice
{
    private const int ReplyHead = sizeof(long) + 1;
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(90);

    private readonly FrameStream frames;
    private readonly ConcurrentDictionary<long, Pending> pending = new();
    private readonly Task receiving;
    private long lastId;
    private volatile bool isLost;

    private VolumeClient(FrameStream frames, long length)
    {
        this.frames = frames;
        Length = length;
        receiving = Task.Run(ReceiveAsync, CancellationToken.None);
    }

    /// <inheritdoc/>
    public long Length { get; }

    /// <summary>Whether the owner has gone.</summary>
    public bool IsLost => isLost;

    /// <summary>
    /// Opens a volume, starting the lab's owner where there is none. Throws <see cref="UserErrorException"/> when it
    /// is refused.
    /// </summary>
    public static Task<VolumeClient> OpenAsync(LabPaths lab, OpenVolumeRequest request, CancellationToken token) =>
        Task.Run(() => ConnectAsync(lab, request, token), token);

    private static async Task<VolumeClient> ConnectAsync(
        LabPaths lab, OpenVolumeRequest request, CancellationToken token)
    {
        long deadline = Environment.TickCount64 + (long)patience.TotalMilliseconds;
        while (true)
        {
            token.ThrowIfCancellationRequested();
            Socket socket = OwnerConnection.Open(lab, deadline).ToSocket();
            var frames = new FrameStream(socket);
            if (await frames.SendAsync(FrameType.OpenVolume, request.ToPayload())
                && await frames.ReadHeaderAsync(token) is { } header
                && await frames.ReadPayloadAsync(header.PayloadLength, token) is { } payload)
            {
                if (header.Type == FrameType.VolumeOpened && payload.Length == sizeof(long))
                {
                    return new VolumeClient(frames, BinaryPrimitives.ReadInt64LittleEndian(payload));
                }

                frames.Dispose();
                throw header.Type == FrameType.Refused && payload.Length >= sizeof(int)
                    ? new UserErrorException(
                        BinaryPrimitives.ReadInt32LittleEndian(payload),
                        Encoding.UTF8.GetString(payload.AsSpan(sizeof(int))))
                    : UserErrorException.Refused($"the owner of lab {lab.Root} answered out of turn");
            }

            frames.Dispose();
            OwnerConnection.PauseBeforeRetry(lab, deadline);
        }
    }

    /// <inheritdoc/>
    public ValueTask<IoStatus> ReadAsync(long offset, Memory<byte> buffer, CancellationToken token)
    {
        CheckRange(offset, buffer.Length);
        return SplitAsync(offset, buffer.Length, (start, length) =>
        {
            var request = new Pending(buffer.Slice((int)(start - offset), length));
            ReadOnlyMemory<byte> tail = new PayloadWriter().Int64(start).Int32(length).Written;
            return AskAsync(FrameType.Read, request, tail, ReadOnlyMemory<byte>.Empty);
        });
    }

    /// <inheritdoc/>
    public ValueTask<IoStatus> WriteAsync(
        long offset, ReadOnlyMemory<byte> data, WriteFlags flags, CancellationToken token)
    {
        CheckRange(offset, data.Length);
        return SplitAsync(offset, data.Length, (start, length) =>
        {
            ReadOnlyMemory<byte> tail = new PayloadWriter().Int64(start).Int32((int)flags).Written;
            return AskAsync(FrameType.Write, new Pending(null), tail, data.Slice((int)(start - offset), length));
        });
    }

    /// <inheritdoc/>
    public ValueTask<IoStatus> FlushAsync(CancellationToken token) =>
        AskAsync(FrameType.Flush, new Pending(null), ReadOnlyMemory<byte>.Empty, ReadOnlyMemory<byte>.Empty);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!isLost)
        {
            await frames.SendAsync(FrameType.Close, ReadOnlyMemory<byte>.Empty);
        }

        await receiving; // the owner answers what is in flight, then ends the connection
        frames.Dispose();
    }

    private static async ValueTask<IoStatus> SplitAsync(
        long offset, int length, Func<long, int, ValueTask<IoStatus>> transfer)
    {
        for (int done = 0; done < length;)
        {
            int count = Math.Min(length - done, FrameHeader.MaximumTransfer);
            IoStatus status = await transfer(offset + done, count);
            if (status != IoStatus.Success)
            {
                return status;
            }

            done += count;
        }

        return IoStatus.Success;
    }

    private async ValueTask<IoStatus> AskAsync(
        FrameType type, Pending request, ReadOnlyMemory<byte> tail, ReadOnlyMemory<byte> body)
    {
        long id = Interlocked.Increment(ref lastId);
        byte[] head = new byte[sizeof(long) + tail.Length];
        BinaryPrimitives.WriteInt64LittleEndian(head, id);
        tail.CopyTo(head.AsMemory(sizeof(long)));
        pending[id] = request;
        if (isLost || !await frames.SendAsync(type, head, body))
        {
            // The receiving loop may have answered it already: then its answer stands, which is the same.
            pending.TryRemove(id, out _);
            request.Done.TrySetResult(IoStatus.NotReachable);
        }

        return await request.Done.Task;
    }

    private async Task ReceiveAsync()
    {
        while (await frames.ReadHeaderAsync(CancellationToken.None) is { } header && await ReceiveReplyAsync(header))
        {
            // each reply has been handed to its request
        }

        isLost = true;
        frames.Dispose();
        foreach (long id in pending.Keys)
        {
            if (pending.TryRemove(id, out Pending? request))
            {
                request.Done.TrySetResult(IoStatus.NotReachable);
            }
        }
    }

    private async Task<bool> ReceiveReplyAsync(FrameHeader header)
    {
        if (header.Type != FrameType.Reply
            || header.PayloadLength < ReplyHead
            || await frames.ReadPayloadAsync(ReplyHead, CancellationToken.None) is not { } head
            || !pending.TryRemove(BinaryPrimitives.ReadInt64LittleEndian(head), out Pending? request))
        {
            return false;
        }

        var status = (IoStatus)head[sizeof(long)];
        int dataLength = header.PayloadLength - ReplyHead;
        int expected = status == IoStatus.Success ? request.Buffer?.Length ?? 0 : 0;
        bool isWhole = dataLength == expected
            && (expected == 0 || await frames.ReadAsync(request.Buffer.GetValueOrDefault(), CancellationToken.None));
        request.Done.TrySetResult(isWhole ? status : IoStatus.NotReachable);
        return isWhole;
    }

    private void CheckRange(long offset, long length)
    {
        Invariant.Holds(offset >= 0);
        Invariant.Holds(offset % 512 == 0);
        Invariant.Holds(length % 512 == 0);
        Invariant.Holds(offset <= Length - length);
    }

    private sealed class Pending(Memory<byte>? buffer)
    {
        public Memory<byte>? Buffer { get; } = buffer;

        public TaskCompletionSource<IoStatus> Done { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
