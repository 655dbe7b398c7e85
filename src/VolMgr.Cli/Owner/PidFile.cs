using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;
using VolMgr.Cli.Labs;

namespace VolMgr.Cli.Owner;

/// <summary>
/// The lock that makes an owner the only one of its lab: run/volmgr.pid, locked by the kernel for as long as the
/// process lives, however it ends. The number in it is for people; the lock alone decides. The file is never deleted,
/// for a process that waits on a deleted file would lock nothing; the lab's directory is locked with it, so that
/// whoever deletes run/ beside a running owner does not let a second one in.
/// </summary>
internal sealed class PidFile : IDisposable
{
    private readonly string path;
    private readonly SafeFileHandle file;
    private readonly SafeFileHandle? root;
    private readonly string holder = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);

    private PidFile(string path, SafeFileHandle file, SafeFileHandle? root)
    {
        this.path = path;
        this.file = file;
        this.root = root;
    }

    /// <summary>Whether the lab still has this lock: false once its directory has been deleted or replaced.</summary>
    public bool IsStillOurs => string.Equals(ReadText(path), holder, StringComparison.Ordinal);

    /// <summary>Takes the lock; null when another process has it.</summary>
    public static PidFile? TryAcquire(LabPaths lab)
    {
        SafeFileHandle file;
        try
        {
            Directory.CreateDirectory(
                lab.RunFolder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            file = Native.Open(lab.PidFile, writable: true, out string problem) ?? throw new IOException(problem);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw UserErrorException.Refused(
                $"cannot write {lab.PidFile}: {error.Message}; the lab's directory must be writable", error);
        }

        SafeFileHandle? root = Native.Open(lab.Root, writable: false, out _);
        if (!Native.TryLock(file) || (root is not null && !Native.TryLock(root)))
        {
            file.Dispose();
            root?.Dispose();
            return null;
        }

        return new PidFile(lab.PidFile, file, root);
    }

    /// <summary>Takes the lock of a lab that must not be up.</summary>
    public static PidFile Acquire(LabPaths lab, string purpose) =>
        TryAcquire(lab) ?? throw UserErrorException.Refused(
            $"lab {lab.Root} is up (process {ReadHolder(lab)}); {purpose} needs it down: "
            + "wait for its tasks to end or run 'volmgr host shutdown --all'");

    /// <summary>The process id that the file names; "unknown" when it names none.</summary>
    public static string ReadHolder(LabPaths lab) => ReadText(lab.PidFile) is { Length: > 0 } text ? text : "unknown";

    /// <summary>Whether some process has the lock now.</summary>
    public static bool IsHeld(LabPaths lab)
    {
        if (!Directory.Exists(lab.RunFolder))
        {
            return false;
        }

        using PidFile? file = TryAcquire(lab);
        return file is null;
    }

    /// <summary>Writes this process's id for people and for <see cref="IsStillOurs"/>.</summary>
    public void WriteProcessId()
    {
        try
        {
            RandomAccess.SetLength(file, 0);
            RandomAccess.Write(file, Encoding.ASCII.GetBytes(holder + "\n"), 0);
        }
        catch (IOException error)
        {
            throw UserErrorException.Refused(
                $"cannot write {path}: {error.Message}; free some space in the host's file system", error);
        }
    }

    /// <summary>Empties the file at the end of a clean stop.</summary>
    public void Clear()
    {
        try
        {
            RandomAccess.SetLength(file, 0);
        }
        catch (IOException error)
        {
            OwnerLog.Write($"could not empty {path}: {error.Message}");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        file.Dispose();
        root?.Dispose();
    }

    private static string? ReadText(string path)
    {
        using SafeFileHandle? file = Native.Open(path, writable: false, out _);
        if (file is null)
        {
            return null;
        }

        Span<byte> bytes = stackalloc byte[32];
        int count = RandomAccess.Read(file, bytes, 0);
        return Encoding.ASCII.GetString(bytes[..count]).Trim();
    }
}
