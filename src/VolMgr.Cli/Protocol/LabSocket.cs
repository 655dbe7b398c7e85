using System.Security.Cryptography;
using System.Text;

namespace VolMgr.Cli.Protocol;

/// <summary>
/// Where the lab's sockets lie. A socket's path has at most 107 bytes; where the lab's is longer, the socket lies in a
/// short directory that only the user can enter, and the path under run/ is a link to it.
/// </summary>
internal static class LabSocket
{
    private const int MaximumPathBytes = 107;

    private const UnixFileMode PrivateFolder =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Only the user may connect.</summary>
    public const UnixFileMode PrivateSocket = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>The path to connect to; null when the link to it is missing or leads nowhere.</summary>
    public static string? Find(string path)
    {
        if (!IsTooLong(path))
        {
            return path;
        }

        string? target = new FileInfo(path).LinkTarget;
        return target is null || IsTooLong(target) ? null : target;
    }

    /// <summary>The path to listen on. What an owner that crashed left behind is removed first.</summary>
    public static string Prepare(string path)
    {
        File.Delete(path);
        if (!IsTooLong(path))
        {
            return path;
        }

        string folder = Path.Combine("/tmp", $"volmgr-{Native.GetEffectiveUserId()}");
        Directory.CreateDirectory(folder, PrivateFolder);
        if (File.GetUnixFileMode(folder) != PrivateFolder)
        {
            throw UserErrorException.Refused(
                $"{folder} must be a directory of yours with mode 0700; remove it, or use a lab with a shorter path");
        }

        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(path));
        string target = Path.Combine(folder, Convert.ToHexStringLower(hash.AsSpan(0, 8)) + ".sock");
        File.Delete(target);
        File.CreateSymbolicLink(path, target);
        return target;
    }

    /// <summary>Removes the socket and the link to it.</summary>
    public static void Remove(string path)
    {
        if (new FileInfo(path).LinkTarget is { } target)
        {
            File.Delete(target);
        }

        File.Delete(path);
    }

    private static bool IsTooLong(string path) => Encoding.UTF8.GetByteCount(path) > MaximumPathBytes;
}
