using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace VolMgr.Blocks;

/// <summary>
/// The system calls under the file device. Each answers a count or zero, or minus the error number; an interrupted call
/// is repeated here. A handle that was closed answers like a device that is gone.
/// </summary>
internal static unsafe partial class LinuxCalls
{
    public const int NoWait = 8;
    public const int DataSync = 2;
    public const int PunchHole = 3;
    public const int ZeroRange = 0x11;
    public const int SeekData = 3;
    public const int SeekHole = 4;

    private const int OpenReadWrite = 2;
    private const int OpenDataSync = 0x1000;
    private const int OpenCloseOnExec = 0x80000;
    private const int EmptyPath = 0x1000;
    private const uint LinksAndSize = 0x4 | 0x200;

    /// <summary>preadv2: reads into one buffer.</summary>
    public static long Read(SafeFileHandle file, Span<byte> buffer, long offset, int flags)
    {
        fixed (byte* start = buffer)
        {
            IoVector vector = new() { Base = start, Length = (nuint)buffer.Length };
            while (true)
            {
                nint count = PReadV2(file, &vector, 1, offset, flags);
                if (count >= 0)
                {
                    return count;
                }

                int error = Marshal.GetLastPInvokeError();
                if (error != Errno.Interrupted)
                {
                    return -error;
                }
            }
        }
    }

    /// <summary>pwritev2: writes from one buffer.</summary>
    public static long Write(SafeFileHandle file, ReadOnlySpan<byte> data, long offset, int flags)
    {
        fixed (byte* start = data)
        {
            IoVector vector = new() { Base = start, Length = (nuint)data.Length };
            while (true)
            {
                nint count = PWriteV2(file, &vector, 1, offset, flags);
                if (count >= 0)
                {
                    return count;
                }

                int error = Marshal.GetLastPInvokeError();
                if (error != Errno.Interrupted)
                {
                    return -error;
                }
            }
        }
    }

    /// <summary>pread and pwrite without flags, for kernels that lack the calls above.</summary>
    public static long ReadPlain(SafeFileHandle file, Span<byte> buffer, long offset)
    {
        fixed (byte* start = buffer)
        {
            nint count;
            do
            {
                count = PRead(file, start, (nuint)buffer.Length, offset);
            }
            while (count < 0 && Marshal.GetLastPInvokeError() == Errno.Interrupted);
            return count >= 0 ? count : -Marshal.GetLastPInvokeError();
        }
    }

    /// <inheritdoc cref="ReadPlain"/>
    public static long WritePlain(SafeFileHandle file, ReadOnlySpan<byte> data, long offset)
    {
        fixed (byte* start = data)
        {
            nint count;
            do
            {
                count = PWrite(file, start, (nuint)data.Length, offset);
            }
            while (count < 0 && Marshal.GetLastPInvokeError() == Errno.Interrupted);
            return count >= 0 ? count : -Marshal.GetLastPInvokeError();
        }
    }

    public static int Allocate(SafeFileHandle file, int mode, long offset, long length)
    {
        int result;
        do
        {
            result = FAllocate(file, mode, offset, length);
        }
        while (result < 0 && Marshal.GetLastPInvokeError() == Errno.Interrupted);
        return result < 0 ? -Marshal.GetLastPInvokeError() : 0;
    }

    public static int SyncData(SafeFileHandle file)
    {
        int result;
        do
        {
            result = FDataSync(file);
        }
        while (result < 0 && Marshal.GetLastPInvokeError() == Errno.Interrupted);
        return result < 0 ? -Marshal.GetLastPInvokeError() : 0;
    }

    /// <summary>The offset found. The file position moves, which nothing here reads.</summary>
    public static long Seek(SafeFileHandle file, long offset, int whence)
    {
        long result = LSeek(file, offset, whence);
        return result < 0 ? -Marshal.GetLastPInvokeError() : result;
    }

    /// <summary>A second descriptor of the same file whose every write is durable before it returns, or null.</summary>
    public static SafeFileHandle? OpenDataSynchronous(SafeFileHandle file)
    {
        int descriptor = Open(
            $"/proc/self/fd/{file.DangerousGetHandle()}", OpenReadWrite | OpenDataSync | OpenCloseOnExec, 0);
        return descriptor < 0 ? null : new SafeFileHandle(descriptor, ownsHandle: true);
    }

    /// <summary>Whether the file still has a name, and its size. False when the kernel cannot tell.</summary>
    public static bool TryGetLinksAndSize(SafeFileHandle file, out uint links, out long size)
    {
        // struct statx: links at 16, size at 40, the same on every architecture.
        byte* area = stackalloc byte[256];
        byte empty = 0;
        int result = StatX(file, &empty, EmptyPath, LinksAndSize, area);
        links = *(uint*)(area + 16);
        size = *(long*)(area + 40);
        return result == 0;
    }

    [LibraryImport("libc", EntryPoint = "preadv2", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint PReadV2(SafeFileHandle file, IoVector* vectors, int count, long offset, int flags);

    [LibraryImport("libc", EntryPoint = "pwritev2", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint PWriteV2(SafeFileHandle file, IoVector* vectors, int count, long offset, int flags);

    [LibraryImport("libc", EntryPoint = "pread", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint PRead(SafeFileHandle file, byte* buffer, nuint count, long offset);

    [LibraryImport("libc", EntryPoint = "pwrite", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint PWrite(SafeFileHandle file, byte* data, nuint count, long offset);

    [LibraryImport("libc", EntryPoint = "fallocate", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int FAllocate(SafeFileHandle file, int mode, long offset, long length);

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int FDataSync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial long LSeek(SafeFileHandle file, long offset, int whence);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int StatX(SafeFileHandle file, byte* path, int flags, uint mask, byte* area);

    [StructLayout(LayoutKind.Sequential)]
    private struct IoVector
    {
        public byte* Base;
        public nuint Length;
    }
}
