using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;
using VolMgr.Cli.Labs;
using VolMgr.Cli.Owner;
using VolMgr.Cli.Protocol;

namespace VolMgr.Cli.Tests.Protocol;

/// <summary>Taking a lab down, with an owner that is played here.</summary>
public sealed class OwnerStopTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task An_owner_that_came_while_the_first_one_left_is_asked_as_well()
    {
        var lab = new LabPaths(folder.Path);
        PidFile held = PidFile.Acquire(lab, "the test");
        held.WriteProcessId();
        using Socket listener = ControlSocket.Listen(lab);
        Task<PidFile> taking = Task.Run(() => OwnerStop.TakeDown(lab, isForced: false, "serve"));

        await AnswerStopAsync(listener);
        // the next owner has the lock before anybody else
        using (SafeFileHandle file = Native.Open(lab.PidFile, writable: true, out _)!)
        {
            RandomAccess.SetLength(file, 0);
            RandomAccess.Write(file, "1\n"u8, 0);
        }

        await AnswerStopAsync(listener);
        held.Dispose();

        using PidFile taken = await taking.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.True(PidFile.IsHeld(lab));
    }

    private static async Task AnswerStopAsync(Socket listener)
    {
        using Socket asker = await listener.AcceptAsync(TestContext.Current.CancellationToken)
            .AsTask().WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        using var stream = new NetworkStream(asker);
        byte[] frame = new byte[FrameHeader.Size + 1];
        await stream.ReadExactlyAsync(frame, TestContext.Current.CancellationToken);
        Assert.Equal(FrameType.Stop, FrameHeader.Read(frame, out _)?.Type);
        byte[] answer = new byte[FrameHeader.Size];
        new FrameHeader(FrameType.Accepted, 0).WriteTo(answer);
        await stream.WriteAsync(answer, TestContext.Current.CancellationToken);
    }
}
