using VolMgr.Blocks;
using VolMgr.Blocks.Tests;
using VolMgr.Nbd.Client;
using static VolMgr.Nbd.Tests.Client.ClientWorld;
using static VolMgr.Nbd.Tests.Client.ToyServer;

namespace VolMgr.Nbd.Tests.Client;

/// <summary>
/// Bytes that no honest server sends: each ends the connection before anything is written outside of the caller's
/// buffer or reserved for a length that was made up, and the device goes on over the next connection.
/// </summary>
public sealed class HostileServerTests
{
    private const ulong At = 8192;

    /// <summary>The lie in reply to a read of 4096 bytes at 8192.</summary>
    public static TheoryData<string> Lies => [.. Replies.Keys];

    private static Dictionary<string, Func<ulong, byte[]>> Replies { get; } = new(StringComparer.Ordinal)
    {
        ["wrong magic"] = cookie => [.. Pack("LLQ", 0x12345678, 0, cookie)],
        ["unknown cookie"] = cookie => Simple(cookie + 99, 0),
        ["simple reply to a structured read"] = cookie => Simple(cookie, 0, new byte[4096]),
        ["data before the range"] = cookie => Chunk(cookie, 1, 1, [.. Pack("Q", At - 1), .. new byte[4096]]),
        ["data behind the range"] = cookie => Chunk(cookie, 1, 1, [.. Pack("Q", At + 1), .. new byte[4096]]),
        ["offset that overflows"] = cookie => Chunk(cookie, 1, 1, [.. Pack("Q", ulong.MaxValue), .. new byte[4096]]),
        ["offset with the highest bit"] = cookie => Chunk(cookie, 1, 1, [.. Pack("Q", 1UL << 63), .. new byte[4096]]),
        ["length of 4 GiB"] = cookie => Chunk(cookie, 1, 1, Pack("Q", At), uint.MaxValue),
        ["data without data"] = cookie => Chunk(cookie, 1, 1, Pack("Q", At)),
        ["data of less than an offset"] = cookie => Chunk(cookie, 1, 1, [1, 2, 3]),
        ["half of the data and the end"] = cookie => Chunk(cookie, 1, 1, [.. Pack("Q", At), .. new byte[2048]]),
        ["the same data twice"] = cookie =>
            [.. Chunk(cookie, 0, 1, [.. Pack("Q", At), .. new byte[4096]]),
                .. Chunk(cookie, 1, 1, [.. Pack("Q", At), .. new byte[4096]])],
        ["hole of 4 GiB"] = cookie => Chunk(cookie, 1, 2, Pack("QL", At, uint.MaxValue)),
        ["hole of nothing"] = cookie => Chunk(cookie, 1, 2, Pack("QL", At, 0)),
        ["hole that is too long a chunk"] = cookie => Chunk(cookie, 1, 2, Pack("QLL", At, 4096, 0)),
        ["block status for a read"] = cookie => Chunk(cookie, 1, 5, Pack("LLL", 7, 4096, 0)),
        ["empty chunk that goes on"] = cookie => Chunk(cookie, 0, 0, []),
        ["empty chunk with bytes"] = cookie => Chunk(cookie, 1, 0, [1]),
        ["nothing at all and the end"] = cookie => Chunk(cookie, 1, 0, []),
        ["unknown chunk"] = cookie => Chunk(cookie, 1, 77, []),
        ["error without an error"] = cookie => Chunk(cookie, 1, 0x8001, Pack("LS", 0, 0)),
        ["error with too long a message"] = cookie => Chunk(cookie, 1, 0x8001, Pack("LS", 5, 100)),
        ["error of 4 GiB"] = cookie => Chunk(cookie, 1, 0x8001, Pack("LS", 5, 0), uint.MaxValue),
    };

    [Theory]
    [MemberData(nameof(Lies))]
    public async Task A_lie_ends_the_connection_and_the_read_is_repeated(string name)
    {
        int lies = 0;
        await using ToyServer server = new ToyServer { IsStructured = true };
        server.Script = request => Task.FromResult(
            Interlocked.Exchange(ref lies, 1) == 0 ? Replies[name](request.Cookie) : null);
        server.Start();
        server.Content.AsSpan().Fill(9);
        await using NbdClientDevice device = Open(server);
        byte[] guarded = new byte[3 * 4096];
        Assert.Equal(
            IoStatus.Success, await device.ReadAsync((long)At, guarded.AsMemory(4096, 4096), TestWorld.Token));
        Assert.Equal(-1, guarded.AsSpan(0, 4096).IndexOfAnyExcept((byte)0));
        Assert.Equal(-1, guarded.AsSpan(4096, 4096).IndexOfAnyExcept((byte)9));
        Assert.Equal(-1, guarded.AsSpan(8192).IndexOfAnyExcept((byte)0));
        Assert.Equal(2, server.Connections);
    }

    [Fact]
    public async Task Chunks_in_any_order_holes_and_long_messages_are_understood()
    {
        await using ToyServer server = new ToyServer { IsStructured = true };
        server.Script = request => Task.FromResult<byte[]?>(request.Offset == 0
            ? [.. Chunk(request.Cookie, 0, 0x8001, [.. Pack("LS", 28, 60000), .. new byte[60000]]),
                .. Chunk(request.Cookie, 0, 0x8002, Pack("LSQ", 5, 0, 0)),
                .. Chunk(request.Cookie, 1, 0x8fff, [.. Pack("LS", 1, 0), 1, 2, 3])]
            : [.. Chunk(request.Cookie, 0, 1, [.. Pack("Q", At + 3072), .. Enumerable.Repeat((byte)4, 1024)]),
                .. Chunk(request.Cookie, 0, 2, Pack("QL", At + 1024, 2048)),
                .. Chunk(request.Cookie, 0, 1, [.. Pack("Q", At), .. Enumerable.Repeat((byte)1, 1024)]),
                .. Chunk(request.Cookie, 1, 0, [])]);
        server.Start();
        await using NbdClientDevice device = Open(server);
        byte[] read = await TestWorld.Content(device, (long)At, 4096);
        Assert.Equal([1, 0, 0, 4], read.Where((_, index) => index % 1024 == 1023));
        Assert.Equal(IoStatus.NoSpace, await device.ReadAsync(0, new byte[512], TestWorld.Token));
        Assert.Equal(1, server.Connections);
    }

    [Theory]
    [InlineData(4096u, 2u, ExtentKind.Hole, 4096)]
    [InlineData(4096u, 3u, ExtentKind.Hole, 4096)]
    [InlineData(4096u, 1u, ExtentKind.Data, 4096)]
    [InlineData(1000u, 3u, ExtentKind.Hole, 512)]
    [InlineData(100u, 3u, ExtentKind.Data, 512)]
    [InlineData(uint.MaxValue, 3u, ExtentKind.Hole, 65536)]
    public async Task An_extent_is_what_surely_reads_as_zeroes_within_the_question(
        uint length, uint flags, ExtentKind kind, long expected)
    {
        await using ToyServer server = new ToyServer { IsStructured = true, HasContext = true };
        server.Script = request => Task.FromResult<byte[]?>(
            Chunk(request.Cookie, 1, 5, Pack("LLL", 7, length, flags)));
        server.Start();
        await using NbdClientDevice device = Open(server);
        ExtentReply reply = await device.NextExtentAsync(0, 65536, TestWorld.Token);
        Assert.Equal(new ExtentReply(IoStatus.Success, kind, expected), reply);
    }

    [Theory]
    [InlineData("LLL", 8, 4096)]
    [InlineData("LLL", 7, 0)]
    [InlineData("LL", 7, 4096)]
    [InlineData("LLLL", 7, 4096)]
    public async Task A_malformed_extent_ends_the_connection(string format, ulong context, ulong length)
    {
        int lies = 0;
        await using ToyServer server = new ToyServer { IsStructured = true, HasContext = true };
        server.Script = request => Task.FromResult<byte[]?>(Interlocked.Exchange(ref lies, 1) == 0
            ? Chunk(request.Cookie, 1, 5, Pack(format, context, length, 0, 0))
            : Chunk(request.Cookie, 1, 5, Pack("LLL", 7, 512, 0)));
        server.Start();
        await using NbdClientDevice device = Open(server);
        Assert.Equal(512, (await device.NextExtentAsync(0, 4096, TestWorld.Token)).Length);
        Assert.Equal(2, server.Connections);
    }

    [Theory]
    [InlineData("QQS", 0x1111111111111111, 0x49484156454f5054, 3, "no NBD server")]
    [InlineData("QQS", 0x4e42444d41474943, 0x00420281861253, 3, "oldstyle")]
    [InlineData("QQS", 0x4e42444d41474943, 0x49484156454f5054, 2, "fixed newstyle")]
    public async Task A_greeting_of_something_else_is_refused_with_the_reason(
        string format, ulong first, ulong second, ulong flags, string words)
    {
        await using ToyServer server = new ToyServer { Greeting = Pack(format, first, second, flags) }.Start();
        await using NbdClientDevice device = Open(server);
        Assert.Equal(IoStatus.NotReachable, await device.ConnectAsync());
        Assert.Contains(words, device.Problem, StringComparison.Ordinal);
    }

    /// <summary>Random replies to options after a right greeting: an error in words, and never more.</summary>
    [Fact]
    public async Task Random_bytes_in_the_handshake_are_an_error_in_words()
    {
        Random random = new(11);
        for (int round = 0; round < 60; round++)
        {
            byte[] noise = new byte[random.Next(1, 200)];
            random.NextBytes(noise);
            if (round % 2 == 0)
            {
                // A reply to the first option whose type and length are random.
                noise = [.. Pack("QL", 0x0003e889045565a9, 8), .. noise];
            }

            await using ToyServer server = new ToyServer
            {
                Greeting = [.. Pack("QQS", 0x4e42444d41474943, 0x49484156454f5054, 3), .. noise],
            }.Start();
            await using NbdClientDevice device = Open(server);
            Assert.Equal(IoStatus.NotReachable, await device.ConnectAsync());
            Assert.NotEqual("", device.Problem);
        }
    }
}
