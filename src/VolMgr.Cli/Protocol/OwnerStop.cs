using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using VolMgr.Cli.Labs;
using VolMgr.Cli.Owner;

namespace VolMgr.Cli.Protocol;

/// <summary>Brings a lab down from outside, in order, and holds it down.</summary>
internal static class OwnerStop
{
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Stops the lab's owner if there is one and takes the lab's lock, so that nobody brings it up meanwhile. Refused
    /// while commands or tasks run, unless forced. An owner that a command starts in between is asked as well.
    /// </summary>
    public static PidFile TakeDown(LabPaths lab, bool isForced, string purpose)
    {
        long deadline = Environment.TickCount64 + (long)patience.TotalMilliseconds;
        string? asked = null;
        while (true)
        {
            if (PidFile.TryAcquire(lab) is { } held)
            {
                return held;
            }

            if (Environment.TickCount64 > deadline)
            {
                return PidFile.Acquire(lab, purpose);
            }

            string holder = PidFile.ReadHolder(lab);
            if (!string.Equals(holder, asked, StringComparison.Ordinal) && Ask(lab, isForced, purpose))
            {
                asked = holder;
            }

            Thread.Sleep(20);
        }
    }

    /// <summary>Waits until no process holds the lab.</summary>
    public static void AwaitDown(LabPaths lab)
    {
        long deadline = Environment.TickCount64 + (long)patience.TotalMilliseconds;
        while (PidFile.IsHeld(lab) && Environment.TickCount64 < deadline)
        {
            Thread.Sleep(20);
        }
    }

    private static bool Ask(LabPaths lab, bool isForced, string purpose)
    {
        using Socket? socket = ControlSocket.TryConnect(lab);
        if (socket is null)
        {
            return false;
        }

        byte[] frame = new byte[FrameHeader.Size + 1];
        new FrameHeader(FrameType.Stop, 1).WriteTo(frame);
        frame[FrameHeader.Size] = isForced ? (byte)1 : (byte)0;
        try
        {
            socket.Send(frame);
            using var answer = new NetworkStream(socket);
            byte[] header = new byte[FrameHeader.Size];
            answer.ReadExactly(header);
            if (FrameHeader.Read(header, out _) is not { Type: FrameType.Refused } refused)
            {
                return true;
            }

            byte[] payload = new byte[refused.PayloadLength];
            answer.ReadExactly(payload);
            int exitCode = BinaryPrimitives.ReadInt32LittleEndian(payload);
            string reason = Encoding.UTF8.GetString(payload.AsSpan(sizeof(int)));
            throw new UserErrorException(
                exitCode, $"cannot {purpose} lab {lab.Root}: {reason}, or bring the lab down with "
                + "'volmgr host shutdown --all'");
        }
        catch (Exception error) when (error is SocketException or IOException)
        {
            return false; // it is ending already
        }
    }
}
