using FsCheck;
using FsCheck.Fluent;
using VolMgr.Blocks;
using VolMgr.Blocks.Tests;
using VolMgr.Nbd.Protocol;
using VolMgr.Nbd.Server;

namespace VolMgr.Nbd.Tests.Server;

/// <summary>
/// Clients that mean harm. Whatever they send, the server ends that connection or goes on with it, gives all memory
/// back, logs no fault of its own, and serves the next client.
/// </summary>
public sealed class HostileTests
{
    private static readonly byte[] Handshake = Wire.Bytes(
        "00000003" + Wire.Option(3) + Wire.Option(11)
        + Wire.Option(10, $"{Wire.Text("v")} 00000001 {Wire.Text("base:allocation")}")
        + Wire.Option(7, "00000001 'v' 0001 0003"));

    private static readonly byte[] Requests = Wire.Bytes(
        "21E41C71 0020 0001 0000000000000001 0000000000001000 0000000000000200 5A*512" +
        " 21E41C71 0000 0000 0000000000000002 0000000000000000 0000000000010000" +
        " 21E41C71 0020 0007 0000000000000003 0000000000000000 000000000000000C 0000000000002000 00000001" +
        " 21E41C71 0000 0006 0000000000000004 0000000000000000 0000000000010000" +
        " 21E41C71 0000 0002 0000000000000005 0000000000000000 0000000000000000");

    [Fact]
    public async Task A_handshake_or_transmission_that_breaks_off_anywhere_ends_the_connection()
    {
        byte[] whole = [.. Handshake, .. Requests];
        for (int length = 0; length <= whole.Length; length++)
        {
            await AttackAsync(whole.AsMemory(0, length));
        }
    }

    [Fact]
    public void Random_bytes_do_no_harm() =>
        Prop.ForAll<byte[]>(bytes => AttackAsync(bytes).GetAwaiter().GetResult()).QuickCheckThrowOnFailure();

    [Fact]
    public void Random_bytes_after_the_flags_do_no_harm() =>
        Prop.ForAll<byte[]>(bytes => AttackAsync(Join(Handshake.AsSpan(0, 4), bytes)).GetAwaiter().GetResult())
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Random_bytes_in_the_transmission_do_no_harm() =>
        Prop.ForAll<byte[]>(bytes => AttackAsync(Join(Handshake, bytes)).GetAwaiter().GetResult())
            .QuickCheckThrowOnFailure();

    [Fact]
    public void A_conversation_with_changed_bytes_does_no_harm() =>
        Prop.ForAll<PositiveInt, byte, PositiveInt>(
            (at, value, second) =>
            {
                byte[] whole = [.. Handshake, .. Requests];
                whole[at.Get % whole.Length] = value;
                whole[second.Get * 7 % whole.Length] ^= value;
                AttackAsync(whole).GetAwaiter().GetResult();
            }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void Requests_of_any_command_flags_offset_and_length_do_no_harm() =>
        Prop.ForAll(
            (from first in Header() from second in Header() select (first, second)).ToArbitrary(),
            pair =>
            {
                byte[] requests = new byte[2 * RequestHeader.ExtendedSize];
                pair.first.WriteTo(requests, HeaderStyle.Extended);
                pair.second.WriteTo(requests.AsSpan(RequestHeader.ExtendedSize), HeaderStyle.Extended);
                AttackAsync(Join(Handshake, requests)).GetAwaiter().GetResult();
            }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    /// <summary>Numbers near the edges: 0, sectors, the end of the export, 32 MiB, 2^32, 2^63, 2^64.</summary>
    private static Gen<RequestHeader> Header()
    {
        ulong[] edges = [0, 512, 1 << 20, 32 << 20, 1UL << 32, 1UL << 63, ulong.MaxValue];
        ulong[] steps = [0, 1, 511, 512, ulong.MaxValue, ulong.MaxValue - 511];
        Gen<ulong> number =
            from edge in Gen.Elements(edges)
            from step in Gen.Elements(steps)
            select unchecked(edge + step);
        return
            from command in Gen.Choose(0, 9)
            from flags in Gen.Choose(0, 127)
            from offset in number
            from length in number
            select new RequestHeader((CommandFlags)flags, (NbdCommand)command, 7, offset, length);
    }

    private static byte[] Join(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second) => [.. first, .. second];

    /// <summary>Sends the bytes, reads what comes, and leaves.</summary>
    private static async Task AttackAsync(ReadOnlyMemory<byte> bytes)
    {
        List<string> log = [];
        NbdServerOptions options = new() { Log = log.Add };
        Exports exports = new Exports().Add("v", new MemoryDevice(1 << 20));
        await using NbdServer server = new(exports, options, TestWorld.Engine);
        (Stream client, Stream end) = MemoryDuplex.CreatePair();
        await Task.WhenAll(server.ServeAsync(end), TalkAsync(client, bytes));
        Assert.Equal(0, server.Statistics.BytesHeld);
        Assert.DoesNotContain(log, line => line.Contains("failed", StringComparison.Ordinal));
    }

    /// <summary>What is sent fits into the window; replies are taken for as long as they come at once.</summary>
    private static async Task TalkAsync(Stream client, ReadOnlyMemory<byte> bytes)
    {
        byte[] buffer = new byte[64 << 10];
        using CancellationTokenSource silent = new();
        try
        {
            await client.WriteAsync(bytes, silent.Token);
            do
            {
                silent.CancelAfter(3);
            }
            while (await client.ReadAsync(buffer, silent.Token) > 0);
        }
        catch (Exception exception) when (exception is OperationCanceledException or InvalidOperationException)
        {
            // The server waits for us, or has already left.
        }

        await client.DisposeAsync();
    }
}
