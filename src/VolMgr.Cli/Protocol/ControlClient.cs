using System.Buffers.Binary;
using System.Text;
using VolMgr.Cli.Labs;

namespace VolMgr.Cli.Protocol;

/// <summary>
/// Runs one command in the lab's owner, starting the owner when there is none. It is all that a vx* command loads: a
/// blocking socket and a loop, no option parser, no container, no engine.
/// </summary>
/// <param name="lab">The lab.</param>
/// <param name="request">The command.</param>
/// <param name="streams">Where its text goes and comes from.</param>
internal sealed class ControlClient(LabPaths lab, RunRequest request, ClientStreams streams) : IDisposable
{
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(90);
    private readonly Lock sending = new();
    private readonly SemaphoreSlim inputWanted = new(0);
    private readonly byte[] buffer = new byte[FrameHeader.MaximumText];
    private ClientSocket? connected;
    private bool isInterrupted;
    private bool isInputPumped;
    private bool isOutputClosed;

    /// <summary>Whether <see cref="Interrupt"/> was called.</summary>
    public bool WasInterrupted => Volatile.Read(ref isInterrupted);

    /// <summary>Whether the reader of standard output went away before the command ended.</summary>
    public bool WasOutputClosed => isOutputClosed;

    /// <summary>Runs the command to its end and gives its exit code.</summary>
    public int Run()
    {
        ReadOnlyMemory<byte> payload = request.ToPayload();
        if (payload.Length > FrameHeader.MaximumRequest)
        {
            throw UserErrorException.Usage("the arguments and the environment are too long for one command");
        }

        long deadline = Environment.TickCount64 + (long)patience.TotalMilliseconds;
        while (true)
        {
            using ClientSocket socket = OwnerConnection.Open(lab, deadline);
            if (TrySend(socket, FrameType.Run, payload.Span) && ReceiveAccepted(socket))
            {
                Volatile.Write(ref connected, socket);
                return Converse(socket);
            }

            // The owner was on its way out and did not take the command; the next one will.
            OwnerConnection.PauseBeforeRetry(lab, deadline);
        }
    }

    /// <summary>Ctrl-C: asks the command to end. Safe from any thread.</summary>
    public void Interrupt()
    {
        Volatile.Write(ref isInterrupted, true);
        if (Volatile.Read(ref connected) is { } socket)
        {
            TrySend(socket, FrameType.Interrupt, []);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => inputWanted.Dispose();

    private bool ReceiveAccepted(ClientSocket socket)
    {
        socket.SetReceiveTimeout(patience);
        FrameHeader? header = ReceiveHeader(socket);
        socket.SetReceiveTimeout(TimeSpan.Zero);
        return header is { } frame && frame.Type switch
        {
            FrameType.Accepted => ReceivePayload(socket, frame.PayloadLength),
            FrameType.Refused => throw ReadRefusal(socket, frame.PayloadLength),
            _ => throw UserErrorException.Refused($"the owner of lab {lab.Root} answered out of turn"),
        };
    }

    private int Converse(ClientSocket socket)
    {
        if (WasInterrupted)
        {
            TrySend(socket, FrameType.Interrupt, []);
        }

        while (ReceiveHeader(socket) is { } frame)
        {
            if (frame.PayloadLength > buffer.Length || !ReceivePayload(socket, frame.PayloadLength))
            {
                break;
            }

            ReadOnlySpan<byte> payload = buffer.AsSpan(0, frame.PayloadLength);
            if (frame.Type == FrameType.Exit && payload.Length == sizeof(int))
            {
                return BinaryPrimitives.ReadInt32LittleEndian(payload);
            }

            Handle(socket, frame.Type, payload);
        }

        throw new UserErrorException(
            ExitCodes.Interrupted,
            $"the owner of lab {lab.Root} ended before the command did (the host crashed); the next command boots it "
            + $"again, {lab.OwnerLog} may say more");
    }

    private void Handle(ClientSocket socket, FrameType type, ReadOnlySpan<byte> payload)
    {
        if (type == FrameType.Output && !isOutputClosed && !streams.WriteOutput(payload))
        {
            isOutputClosed = true;
            TrySend(socket, FrameType.Interrupt, []);
        }
        else if (type == FrameType.Error)
        {
            streams.WriteError(payload);
        }
        else if (type == FrameType.InputWanted && !isInputPumped)
        {
            // One thread reads standard input for as long as the command does; it ends with the process.
            isInputPumped = true;
            new Thread(() => PumpInput(socket)) { IsBackground = true }.Start();
        }

        if (type == FrameType.InputWanted)
        {
            inputWanted.Release();
        }
    }

    private void PumpInput(ClientSocket socket)
    {
        byte[] input = new byte[FrameHeader.MaximumText];
        while (true)
        {
            inputWanted.Wait(CancellationToken.None);
            int count = streams.ReadInput(input);
            if (count <= 0)
            {
                TrySend(socket, FrameType.InputEnd, []);
                return;
            }

            TrySend(socket, FrameType.Input, input.AsSpan(0, count));
        }
    }

    private UserErrorException ReadRefusal(ClientSocket socket, int length)
    {
        ReceivePayload(socket, length);
        ReadOnlySpan<byte> payload = buffer.AsSpan(0, length);
        return length < sizeof(int)
            ? UserErrorException.Refused("the owner refused the command")
            : new UserErrorException(
                BinaryPrimitives.ReadInt32LittleEndian(payload), Encoding.UTF8.GetString(payload[sizeof(int)..]));
    }

    private FrameHeader? ReceiveHeader(ClientSocket socket)
    {
        if (!ReceivePayload(socket, FrameHeader.Size))
        {
            return null;
        }

        return FrameHeader.Read(buffer, out string problem) ?? throw UserErrorException.Refused(
            $"cannot talk to the owner of lab {lab.Root}: {problem}; "
            + $"stop it with 'kill {Owner.PidFile.ReadHolder(lab)}'");
    }

    private bool ReceivePayload(ClientSocket socket, int length)
    {
        int received = 0;
        while (received < length)
        {
            int count = socket.Receive(buffer.AsSpan(received, length - received)) ?? throw UserErrorException.Refused(
                $"the owner of lab {lab.Root} (process {Owner.PidFile.ReadHolder(lab)}) does not answer");
            if (count == 0)
            {
                return false;
            }

            received += count;
        }

        return true;
    }

    private bool TrySend(ClientSocket socket, FrameType type, ReadOnlySpan<byte> payload)
    {
        byte[] frame = new byte[FrameHeader.Size + payload.Length];
        new FrameHeader(type, payload.Length).WriteTo(frame);
        payload.CopyTo(frame.AsSpan(FrameHeader.Size));
        lock (sending)
        {
            // Where it fails the reading side finds the end of the connection too, and reports it.
            return socket.Send(frame);
        }
    }
}
