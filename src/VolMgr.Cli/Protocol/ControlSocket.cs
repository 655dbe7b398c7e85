using System.Net.Sockets;
using VolMgr.Cli.Labs;

namespace VolMgr.Cli.Protocol;

/// <summary>A lab's control socket: connecting to it, listening on it.</summary>
internal static class ControlSocket
{
    /// <summary>Connects; null when nobody listens.</summary>
    public static Socket? TryConnect(LabPaths lab)
    {
        if (LabSocket.Find(lab.ControlSocket) is not { } path)
        {
            return null;
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
        string path = LabSocket.Prepare(lab.ControlSocket);
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Bind(new UnixDomainSocketEndPoint(path));
            File.SetUnixFileMode(path, LabSocket.PrivateSocket);
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
    public static void Remove(LabPaths lab) => LabSocket.Remove(lab.ControlSocket);
}
