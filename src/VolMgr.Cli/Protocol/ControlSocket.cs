using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using VolMgr.Cli.Labs;

namespace VolMgr.Cli.Protocol;

/// <summary>
/// The address of a lab's control socket. A socket's path has at most 107 bytes; where the lab's is longer, the socket
/// lies in a short directory that only the user can enter, and run/control.sock is a link to it.
/// </summary>
internal static class ControlSocket
{
    private const int MaximumPathBytes = 107;

    private const UnixFileMode PrivateFolder =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Connects; null when nobody listens.</summary>
    public static Socket? TryConnect(LabPaths lab)
    {
        string path = lab.ControlSocket;
        if (IsTooLong(path))
        {
            string? target = new FileInfo(path).LinkTarget;
            if (target is null || IsTooLong(target))
            {
                return null;
            }

            path = target;
        }

        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
    }

    /// <summary>Listens for the lab's owner; what an owner that crashed left behind is removed first.</summary>
    public static Socket Listen(LabPaths lab)
    {
        string path = lab.ControlSocket;
        File.Delete(path);
        if (IsTooLong(path))
        {
            string folder = Path.Combine("/tmp", $"volmgr-{Native.GetEffectiveUserId()}");
            Directory.CreateDirectory(folder, PrivateFolder);
            if (File.GetUnixFileMode(folder) != PrivateFolder)
            {
                throw UserErrorException.Refused(
                    $"{folder} must be a directory of yours with mode 0700; remove it, "
                    + "or use a lab with a shorter path");
            }

            byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(lab.Root));
            string target = Path.Combine(folder, Convert.ToHexStringLower(hash.AsSpan(0, 8)) + ".sock");
            File.Delete(target);
            File.CreateSymbolicLink(path, target);
            path = target;
        }

        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Bind(new UnixDomainSocketEndPoint(path));
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            socket.Listen(backlog: 128);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Removes the socket and the link to it.</summary>
    public static void Remove(LabPaths lab)
    {
        string? target = new FileInfo(lab.ControlSocket).LinkTarget;
        if (target is not null)
        {
            File.Delete(target);
        }

        File.Delete(lab.ControlSocket);
    }

    private static bool IsTooLong(string path) => Encoding.UTF8.GetByteCount(path) > MaximumPathBytes;
}
