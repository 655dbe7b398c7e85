using System.Net.Sockets;
using VolMgr.Cli.Protocol;

namespace VolMgr.Cli.Tests.Protocol;

public sealed class MalformedFrameTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>
    /// Goal: no bytes of a client hurt the owner. Method: 300 connections send seeded mutations of good conversations
    /// and go; afterwards the server still serves, and nobody is left connected.
    /// </summary>
    [Fact]
    public async Task Mutated_conversations_end_their_own_connection_only()
    {
        await using var lab = new FakeLab();
        var random = new Random(20261122);
        byte[][] conversations = [CommandConversation(), VolumeConversation()];
        for (int round = 0; round < 300; round++)
        {
            byte[] bytes = [.. conversations[round % conversations.Length]];
            for (int change = random.Next(1, 6); change > 0; change--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            using Socket socket = lab.Connect();
            try
            {
                await socket.SendAsync(bytes.AsMemory(0, random.Next(1, bytes.Length + 1)), SocketFlags.None, Token);
                socket.Shutdown(SocketShutdown.Send);
            }
            catch (SocketException)
            {
                continue; // the server has closed it already
            }
        }

        Assert.Equal(0, lab.Run("echo").ExitCode);
        Assert.True(TestProgram.WaitUntil(() => lab.Server.TryCloseWhenIdle()));
    }

    [Theory]
    [InlineData(FrameType.Input)]
    [InlineData(FrameType.Reply)]
    [InlineData(FrameType.Read)]
    [InlineData(FrameType.Exit)]
    public async Task A_connection_that_begins_with_another_frame_is_refused(object type)
    {
        await using var lab = new FakeLab();
        using var frames = new FrameStream(lab.Connect());
        await frames.SendAsync((FrameType)type, new byte[4]);
        Assert.Equal(FrameType.Refused, (await frames.ReadHeaderAsync(Token))?.Type);
    }

    [Theory]
    [InlineData(1L, 512, "unaligned offset")]
    [InlineData(0L, 100, "unaligned length")]
    [InlineData(0L, 0, "nothing")]
    [InlineData(-512L, 512, "before the start")]
    [InlineData(4L << 20, 512, "after the end")]
    [InlineData(long.MaxValue - 511, 512, "overflow")]
    [InlineData(0L, -512, "negative")]
    [InlineData(0L, 17 << 20, "too much")]
    public async Task A_read_outside_the_volume_ends_the_session_and_the_server_lives(
        long offset, int length, string what)
    {
        await using var lab = new FakeLab();
        using var frames = new FrameStream(lab.Connect());
        await frames.SendAsync(FrameType.OpenVolume, new OpenVolumeRequest("", "g", "vol01").ToPayload());
        FrameHeader? opened = await frames.ReadHeaderAsync(Token);
        Assert.Equal(FrameType.VolumeOpened, opened?.Type);
        await frames.ReadPayloadAsync(opened?.PayloadLength ?? 0, Token);
        await frames.SendAsync(FrameType.Read, new PayloadWriter().Int64(7).Int64(offset).Int32(length).Written);
        Assert.True((await frames.ReadHeaderAsync(Token))?.Type == FrameType.Refused, what);
        Assert.Equal(0, lab.Run("echo").ExitCode);
    }

    private static byte[] CommandConversation() =>
    [
        .. Frame(FrameType.Run, new RunRequest("cat", ["x", "y"], "/", "", ["A=b"]).ToPayload()),
        .. Frame(FrameType.Input, "some text\n"u8.ToArray()),
        .. Frame(FrameType.Interrupt, ReadOnlyMemory<byte>.Empty),
        .. Frame(FrameType.InputEnd, ReadOnlyMemory<byte>.Empty),
    ];

    private static byte[] VolumeConversation() =>
    [
        .. Frame(FrameType.OpenVolume, new OpenVolumeRequest("", "g", "vol01").ToPayload()),
        .. Frame(
            FrameType.Write,
            (byte[])[.. new PayloadWriter().Int64(1).Int64(512).Int32(0).Written.Span, .. new byte[512]]),
        .. Frame(FrameType.Read, new PayloadWriter().Int64(2).Int64(512).Int32(512).Written),
        .. Frame(FrameType.Flush, new PayloadWriter().Int64(3).Written),
        .. Frame(FrameType.Close, ReadOnlyMemory<byte>.Empty),
    ];

    private static byte[] Frame(FrameType type, ReadOnlyMemory<byte> payload)
    {
        byte[] frame = new byte[FrameHeader.Size + payload.Length];
        new FrameHeader(type, payload.Length).WriteTo(frame);
        payload.CopyTo(frame.AsMemory(FrameHeader.Size));
        return frame;
    }
}
