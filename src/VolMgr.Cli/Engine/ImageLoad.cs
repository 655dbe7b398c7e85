using Microsoft.Win32.SafeHandles;
using VolMgr.Blocks;

namespace VolMgr.Cli.Engine;

/// <summary>
/// Copies a raw image onto a volume. Holes of the image, and what lies behind its end, are cleared there.
/// </summary>
internal sealed class ImageLoad : IDisposable
{
    private const int ChunkBytes = 1 << 20;
    private const long ClearBytes = 1L << 30;
    private const int Sector = 512;

    private readonly SafeFileHandle file;
    private readonly string path;
    private readonly long imageLength;

    private ImageLoad(SafeFileHandle file, string path, long imageLength)
    {
        this.file = file;
        this.path = path;
        this.imageLength = imageLength;
    }

    /// <summary>Bytes of the image that were written.</summary>
    public long BytesWritten { get; private set; }

    /// <summary>Bytes of the volume that were cleared.</summary>
    public long BytesCleared { get; private set; }

    /// <summary>Opens the image and refuses one that does not fit.</summary>
    public static ImageLoad Open(string path, long volumeLength, string volume)
    {
        if (Directory.Exists(path))
        {
            throw UserErrorException.Refused($"{path} is a directory, not a raw image");
        }

        SafeFileHandle file = Native.Open(path, writable: false, out string problem)
            ?? throw UserErrorException.Refused($"cannot read {path}: {problem}");
        long length = RandomAccess.GetLength(file);
        if (length <= volumeLength)
        {
            return new ImageLoad(file, path, length);
        }

        file.Dispose();
        throw UserErrorException.Refused(
            $"{path} has {length} bytes, volume {volume} only {volumeLength}; grow the volume or take a smaller image");
    }

    /// <summary>Fills the whole device and flushes it.</summary>
    public async Task RunAsync(IExtentDevice device, CancellationToken token)
    {
        long position = 0;
        while (Native.NextData(file, position, imageLength) is { } data)
        {
            long start = data.Start / Sector * Sector;
            long end = Math.Min((data.End + Sector - 1) / Sector * Sector, device.Length);
            await ClearAsync(device, position, start, token);
            await WriteAsync(device, Math.Max(start, position), end, token);
            position = Math.Max(end, position);
        }

        await ClearAsync(device, position, device.Length, token);
        Check(await device.FlushAsync(token), 0);
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private async Task ClearAsync(IExtentDevice device, long start, long end, CancellationToken token)
    {
        for (long position = start; position < end;)
        {
            token.ThrowIfCancellationRequested();
            long length = Math.Min(ClearBytes, end - position);
            Check(await device.ZeroAsync(position, length, WriteFlags.None, token), position);
            BytesCleared += length;
            position += length;
        }
    }

    private async Task WriteAsync(IExtentDevice device, long start, long end, CancellationToken token)
    {
        byte[] buffer = new byte[ChunkBytes];
        for (long position = start; position < end;)
        {
            token.ThrowIfCancellationRequested();
            int length = (int)Math.Min(ChunkBytes, end - position);
            int read = 0;
            int count = 1;
            while (read < length && count > 0)
            {
                count = RandomAccess.Read(file, buffer.AsSpan(read, length - read), position + read);
                read += count;
            }

            buffer.AsSpan(read, length - read).Clear(); // the end of an image that is no whole number of sectors
            Check(await device.WriteAsync(position, buffer.AsMemory(0, length), WriteFlags.None, token), position);
            BytesWritten += length;
            position += length;
        }
    }

    private void Check(IoStatus status, long position)
    {
        if (status != IoStatus.Success)
        {
            throw new UserErrorException(
                ExitCodes.CheckFailed, $"loading {path} stopped at byte {position}: the volume answered {status}");
        }
    }
}
