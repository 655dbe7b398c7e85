using VolMgr.Cli.Protocol;

namespace VolMgr.Cli.Owner;

/// <summary>
/// One command of one client: its text out, its input in, Ctrl-C, its exit code. A client that goes away is a Ctrl-C.
/// </summary>
internal sealed class CommandSession(FrameStream frames, ILabService service)
{
    /// <summary>Serves the command that the payload asks for.</summary>
    public async Task ServeAsync(byte[] payload, CancellationToken stopping)
    {
        if (RunRequest.Read(payload) is not { } request)
        {
            await frames.RefuseAsync(ExitCodes.WrongUsage, "the command request is malformed");
            return;
        }

        if (!await frames.SendAsync(FrameType.Accepted, ReadOnlyMemory<byte>.Empty))
        {
            return;
        }

        using var interrupt = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var input = new IncomingText(frames);
        Action onInterrupt = () => Cancel(interrupt);
        var text = new OutgoingText(frames, onInterrupt);
        Task listening = ListenAsync(input.Supply, input.End, onInterrupt);
        using var reader = new StreamReader(input);
        var streams = new CommandStreams(text.Out, text.Error, reader);
        int exitCode = await RunAsync(request, streams, interrupt.Token);
        await text.CompleteAsync();
        await frames.SendAsync(FrameType.Exit, new PayloadWriter().Int32(exitCode).Written);
        frames.Dispose();
        await listening;
    }

    private async Task<int> RunAsync(RunRequest request, CommandStreams streams, CancellationToken interrupted)
    {
        try
        {
            return await service.RunAsync(request, streams, interrupted);
        }
        catch (UserErrorException error)
        {
            await streams.Error.WriteLineAsync($"volmgr: {error.Message}");
            return error.ExitCode;
        }
        catch (OperationCanceledException) when (interrupted.IsCancellationRequested)
        {
            return ExitCodes.Interrupted;
        }
        catch (Exception error)
        {
            // The process edge: a defect ends this command, not the lab.
            OwnerLog.Write($"{request.Name} {string.Join(' ', request.Arguments)}: {error}");
            await streams.Error.WriteLineAsync(
                $"volmgr: internal error in {request.Name}: {error.Message.ReplaceLineEndings(" ")}; "
                + "the lab's run/owner.log has the details");
            return ExitCodes.InternalError;
        }
    }

    private async Task ListenAsync(Func<byte[], bool> supply, Action onInputEnd, Action onInterrupt)
    {
        while (await frames.ReadHeaderAsync(CancellationToken.None) is { } header
            && await frames.ReadPayloadAsync(header.PayloadLength, CancellationToken.None) is { } payload)
        {
            if (header.Type == FrameType.Interrupt)
            {
                onInterrupt();
            }
            else if (header.Type == FrameType.InputEnd)
            {
                onInputEnd();
            }
            else if (header.Type != FrameType.Input || !supply(payload))
            {
                OwnerLog.Write($"a client sent {header.Type} out of turn; its connection is closed");
                break;
            }
        }

        onInputEnd();
        onInterrupt();
    }

    private static void Cancel(CancellationTokenSource source)
    {
        try
        {
            source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            return; // the command ended at the same moment
        }
        catch (AggregateException error)
        {
            OwnerLog.Write($"a command failed while it was interrupted: {error}");
        }
    }
}
