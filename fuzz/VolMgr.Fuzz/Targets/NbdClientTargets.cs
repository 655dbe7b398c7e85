using System.Buffers.Binary;
using VolMgr.Blocks;
using VolMgr.Nbd.Client;
using VolMgr.Nbd.Protocol;

namespace VolMgr.Fuzz.Targets;

/// <summary>What a server may tell our client, and the URIs that lead to it.</summary>
internal static class NbdClientTargets
{
    private static readonly byte[] Greeting = Convert.FromHexString("4E42444D41474943" + "49484156454F5054" + "0003");
    private static readonly byte[] OptionMagic = Convert.FromHexString("0003E889045565A9");

    private static readonly Grammar Uris = new(
        ("uri", ["nbd://host/export", "@scheme@://@host@/@export@@query@"]),
        ("scheme", ["nbd", "nbds", "nbd+unix", "nbds+unix", "NBD", "nbd+vsock", "http", ""]),
        ("host", ["", "localhost", "h:10809", "[::1]", "[::1]:10809", "user@at@h", "h:@number@", "@word@"]),
        ("at", ["%40"]),
        ("export", ["", "datadg/vol01", "%2F%00", "a%zz", "@word@"]),
        ("query", ["", "?@pair@", "?@pair@&@pair@"]),
        ("pair", ["socket=p.sock", "@key@=@value@", "@key@", ""]),
        ("key", ["socket", "tls-certificates", "tls-hostname", "connections", "timeout", "reconnect", "x"]),
        ("value", ["1", "@number@", "@word@", "%2Ftmp%2Fa", "1e9", "NaN", "0.001", "1e308"]));

    public static IReadOnlyList<IFuzzTarget> All { get; } =
    [
        new BytesTarget("client", "what a server sends to the NBD client: greeting, options, replies", Generate, Run),
        new TextTarget("uri", "NBD URIs", Uris, ReadUri),
    ];

    private static void ReadUri(string text)
    {
        if (!NbdUri.TryParse(text, out NbdUri? uri, out string? problem))
        {
            Invariant.Holds(!string.IsNullOrEmpty(problem));
            return;
        }

        if (NbdUri.TryParse(uri.ToString(), out NbdUri? again, out _))
        {
            Invariant.Holds(again.Export == uri.Export && again.Host == uri.Host && again.Port == uri.Port);
        }
        else
        {
            // The address in short is for messages: a socket's path stands in it as it is.
            Invariant.Holds(uri.SocketPath is not null);
        }
    }

    private static void Run(ReadOnlySpan<byte> input) => RunAsync(input.ToArray()).Wait(TimeSpan.FromSeconds(30));

    private static async Task RunAsync(byte[] input)
    {
        NbdUri uri = new() { Host = "h", Export = "v" };
        InputStream stream = new(input);
        NegotiatedStream negotiated;
        try
        {
            negotiated = await ClientHandshake.RunAsync(stream, uri, null, CancellationToken.None);
        }
        catch (IOException)
        {
            return;
        }

        _ = negotiated.Abilities.FindProblem(1 << 20);
        ClientConnection connection = new(negotiated, 8, NbdWorld.Engine, (_, request) => request.Complete());
        connection.Send(new ClientRequest { Command = NbdCommand.Read, Length = 4096, Target = new byte[4096] });
        connection.Send(new ClientRequest { Command = NbdCommand.BlockStatus, Length = 1 << 20 });
        connection.Send(new ClientRequest { Command = NbdCommand.Flush });
        await connection.Completion;
        // What breaks the protocol has a sentence; the text of another exception has the place where it was thrown.
        Invariant.Holds(!connection.EndReason.Contains("   at ", StringComparison.Ordinal));
        Invariant.Holds(connection.TakeUnanswered().Count <= 3);
    }

    /// <summary>A handshake that goes well mostly, then replies of every kind.</summary>
    private static byte[] Generate(Random random)
    {
        List<byte> bytes = [.. Greeting];
        // The client asks for structured replies, for a context, and for the export.
        Option(bytes, 8, random.Next(8) == 0 ? 0x80000001 : 1, []);
        Option(bytes, 10, 4, [0, 0, 0, 1, .. "base:allocation"u8]);
        Option(bytes, 10, 1, []);
        Option(bytes, 7, 3, [0, 0, .. Big(1 << 20, 8), .. Big(random.Next(65536), 2)]);
        Option(bytes, 7, 3, [0, 3, .. Big(1, 4), .. Big(4096, 4), .. Big(1L << random.Next(8, 33), 4)]);
        Option(bytes, 7, 1, []);
        for (int count = random.Next(8); count > 0; count--)
        {
            int cookie = random.Next(1, 5);
            if (random.Next(4) == 0)
            {
                bytes.AddRange([.. Big(0x67446698, 4), .. Big(random.Next(3) * 5, 4), .. Big(cookie, 8)]);
                continue;
            }

            int[] types = [0, 1, 2, 5, 6, 0x8001, 0x8002, 9];
            byte[] content = new byte[random.Next(5) == 0 ? random.Next(9000) : 12 + (random.Next(4) * 8)];
            random.NextBytes(content.AsSpan(content.Length / 2));
            int type = types[random.Next(types.Length)];
            bytes.AddRange([.. Big(0x668E33EF, 4), .. Big(random.Next(2), 2), .. Big(type, 2)]);
            bytes.AddRange([.. Big(cookie, 8), .. Big(content.Length, 4), .. content]);
        }

        return [.. bytes];
    }

    private static void Option(List<byte> bytes, uint option, uint reply, byte[] data) =>
        bytes.AddRange([.. OptionMagic, .. Big(option, 4), .. Big(reply, 4), .. Big(data.Length, 4), .. data]);

    private static byte[] Big(long value, int size)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        return bytes[^size..];
    }

    /// <summary>Gives the input and then the end; takes everything.</summary>
    private sealed class InputStream(byte[] input) : MemoryStream(input, writable: false)
    {
        public override bool CanWrite => true;

        public override ValueTask WriteAsync(
            ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.CompletedTask;
    }
}
