using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace VolMgr.Cli;

/// <summary>The few system calls that the base library does not offer.</summary>
internal static partial class Native
{
    private const int OpenReadWrite = 0x2;
    private const int OpenCreate = 0x40;
    private const int OpenCloseOnExec = 0x80000;
    private const int LockExclusiveNonBlocking = 2 | 4;
    private const int ErrorWouldBlock = 11;
    private const int ErrorInterrupted = 4;
    private const int SeekData = 3;
    private const int SeekHole = 4;
    private const int ErrorNoSuchAddress = 6;
    private const uint CloseOnExec = 4;

    /// <summary>The user's number.</summary>
    [LibraryImport("libc", EntryPoint = "geteuid")]
    public static partial uint GetEffectiveUserId();

    /// <summary>Leaves the terminal's session, so that its Ctrl-C and its end do not reach this process.</summary>
    [LibraryImport("libc", EntryPoint = "setsid")]
    public static partial int StartSession();

    /// <summary>Sends a signal.</summary>
    [LibraryImport("libc", EntryPoint = "kill")]
    public static partial int SendSignal(int processId, int signal);

    /// <summary>Makes <paramref name="target"/> name what <paramref name="source"/> names.</summary>
    [LibraryImport("libc", EntryPoint = "dup2")]
    public static partial int Duplicate(int source, int target);

    /// <summary>Bytes that a file occupies on its file system, holes left out; 0 when it cannot be asked.</summary>
    public static long AllocatedBytes(string path)
    {
        const int CurrentDirectory = -100;
        const uint WantBlocks = 0x400;
        const int BlocksOffset = 48; // struct statx, statx(2)
        Span<byte> answer = stackalloc byte[256];
        return ReadStatus(CurrentDirectory, path, 0, WantBlocks, answer) == 0
            ? BitConverter.ToInt64(answer[BlocksOffset..]) * 512
            : 0;
    }

    /// <summary>
    /// Opens a file without the lock that FileStream takes. Null with the system's text when it cannot be opened.
    /// </summary>
    public static SafeFileHandle? Open(string path, bool writable, out string problem)
    {
        int flags = OpenCloseOnExec | (writable ? OpenReadWrite | OpenCreate : 0);
        int descriptor = OpenFile(path, flags, 0x180); // 0600
        problem = descriptor < 0 ? Marshal.GetLastPInvokeErrorMessage() : "";
        return descriptor < 0 ? null : new SafeFileHandle(descriptor, ownsHandle: true);
    }

    /// <summary>Where a path leads when every link in it is followed; null when that does not exist.</summary>
    public static string? RealPath(string path)
    {
        nint resolved = ResolvePath(path, 0);
        if (resolved == 0)
        {
            return null;
        }

        string? text = Marshal.PtrToStringUTF8(resolved);
        Free(resolved);
        return text;
    }

    /// <summary>Locks the file for this process's life; false when another one holds it.</summary>
    public static bool TryLock(SafeFileHandle file)
    {
        while (LockFile(file, LockExclusiveNonBlocking) < 0)
        {
            int error = Marshal.GetLastPInvokeError();
            if (error == ErrorWouldBlock)
            {
                return false;
            }

            if (error != ErrorInterrupted)
            {
                throw new IOException(Marshal.GetLastPInvokeErrorMessage());
            }
        }

        return true;
    }

    /// <summary>Writes everything to a descriptor; false when nobody reads it any more or it failed.</summary>
    public static unsafe bool WriteAll(int descriptor, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            nint written;
            fixed (byte* start = bytes)
            {
                written = WriteBytes(descriptor, start, (nuint)bytes.Length);
            }

            if (written >= 0)
            {
                bytes = bytes[(int)written..];
                continue;
            }

            int error = Marshal.GetLastPInvokeError();
            if (error == ErrorWouldBlock)
            {
                Thread.Sleep(1);
            }
            else if (error != ErrorInterrupted)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The next run of data at or after <paramref name="offset"/>; null when only a hole follows.</summary>
    public static (long Start, long End)? NextData(SafeFileHandle file, long offset, long length)
    {
        long start = Seek(file, offset, SeekData);
        if (start < 0)
        {
            // A file system without holes answers with another error: everything is data then.
            return Marshal.GetLastPInvokeError() == ErrorNoSuchAddress || offset >= length ? null : (offset, length);
        }

        long end = Seek(file, start, SeekHole);
        return (start, end < 0 ? length : end);
    }

    /// <summary>Keeps descriptors above standard error out of the programs that this process starts.</summary>
    public static void KeepDescriptorsPrivate()
    {
        try
        {
            _ = CloseRange(3, uint.MaxValue, CloseOnExec);
        }
        catch (EntryPointNotFoundException)
        {
            // An older C library: descriptors that the shell left open reach the owner, which is untidy and harmless.
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFile(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "realpath", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint ResolvePath(string path, nint buffer);

    [LibraryImport("libc", EntryPoint = "free")]
    private static partial void Free(nint memory);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int LockFile(SafeFileHandle file, int operation);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static unsafe partial nint WriteBytes(int descriptor, byte* bytes, nuint count);

    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    private static partial long Seek(SafeFileHandle file, long offset, int whence);

    [LibraryImport("libc", EntryPoint = "close_range", SetLastError = true)]
    private static partial int CloseRange(uint first, uint last, uint flags);

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ReadStatus(int directory, string path, int flags, uint mask, Span<byte> answer);
}
