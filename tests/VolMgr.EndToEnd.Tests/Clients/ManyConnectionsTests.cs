using System.Buffers.Binary;
using System.Globalization;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Text;

namespace VolMgr.EndToEnd.Tests.Clients;

/// <summary>Many clients that do nothing, beside one that works.</summary>
[SupportedOSPlatform("linux")]
public sealed class ManyConnectionsTests
{
    private const long IdleBytesMax = 100L << 20;
    private const int Idle = 1_000;
    private const int HalfOpen = 10_000;
    private const ulong OptionMagic = 0x49484156454F5054;
    private const ulong ReplyMagic = 0x0003E889045565A9;
    private const uint OptionGo = 7;
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task A_thousand_idle_connections_cost_less_than_100_MiB()
    {
        Tools.RequireOpenFiles(Idle + 500);
        await using LiveLab lab = await LiveLab.StartAsync(16);
        await OpenAllAsync(lab, 1, (client, token) => NegotiateAsync(client, token)); // what any first client costs
        long before = ResidentBytes(lab.OwnerProcessId);
        List<Socket> clients = await OpenAllAsync(lab, Idle, (client, token) => NegotiateAsync(client, token));
        try
        {
            long cost = ResidentBytes(lab.OwnerProcessId) - before;
            Assert.InRange(cost, long.MinValue, IdleBytesMax);
            await UseAsync(lab);
            Report.Say($"nbd: {Idle} idle connections cost {cost / 1024.0 / 1024.0:0.0} MiB");
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }
    }

    [Fact]
    public async Task Ten_thousand_half_open_handshakes_do_not_stop_a_good_client()
    {
        Tools.RequireOpenFiles(HalfOpen + 1_000);
        await using LiveLab lab = await LiveLab.StartAsync(16);
        List<Socket> clients = [];
        try
        {
            for (int batch = 0; batch < 10; batch++)
            {
                // Some say nothing, some stop in the middle of a word.
                int length = batch % 4;
                clients.AddRange(await OpenAllAsync(
                    lab, HalfOpen / 10, (client, token) => SayAndStopAsync(client, length, token)));
                await UseAsync(lab);
            }

            await UseAsync(lab);
            await lab.ExpectAsync("vxprint", "-ht");
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }

        await UseAsync(lab);
    }

    /// <summary>A good client: connects, negotiates, reads; soon enough.</summary>
    private static async Task UseAsync(LiveLab lab)
    {
        using CancellationTokenSource limit = new(patience);
        using Socket client = await ConnectAsync(lab, limit.Token);
        await NegotiateAsync(client, limit.Token);
        byte[] request = new byte[28];
        BinaryPrimitives.WriteUInt32BigEndian(request, 0x25609513);
        BinaryPrimitives.WriteUInt64BigEndian(request.AsSpan(8), 4711);
        BinaryPrimitives.WriteUInt32BigEndian(request.AsSpan(24), 4096);
        await client.SendAsync(request, limit.Token);
        byte[] reply = new byte[16 + 4096];
        await ReceiveAsync(client, reply, limit.Token);
        Assert.Equal(0x67446698u, BinaryPrimitives.ReadUInt32BigEndian(reply));
        Assert.Equal(0u, BinaryPrimitives.ReadUInt32BigEndian(reply.AsSpan(4)));
        Assert.Equal(4711ul, BinaryPrimitives.ReadUInt64BigEndian(reply.AsSpan(8)));
    }

    /// <summary>The server may have given this client's place to a newer one already.</summary>
    private static async Task SayAndStopAsync(Socket client, int length, CancellationToken token)
    {
        try
        {
            await client.SendAsync(new byte[length], token);
        }
        catch (SocketException exception)
            when (exception.SocketErrorCode is SocketError.Shutdown or SocketError.ConnectionReset)
        {
            client.Close();
        }
    }

    private static async Task<List<Socket>> OpenAllAsync(
        LiveLab lab,
        int count,
        Func<Socket, CancellationToken, Task> begin)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(60));
        List<Socket> clients = [];
        try
        {
            while (clients.Count < count)
            {
                Socket client = await ConnectAsync(lab, limit.Token);
                clients.Add(client);
                await begin(client, limit.Token);
            }
        }
        catch
        {
            clients.ForEach(client => client.Dispose());
            throw;
        }

        return clients;
    }

    /// <summary>A full queue of connections to accept refuses at once on a Unix socket: that is no error yet.</summary>
    private static async Task<Socket> ConnectAsync(LiveLab lab, CancellationToken token)
    {
        while (true)
        {
            Socket client = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await client.ConnectAsync(new UnixDomainSocketEndPoint(lab.Socket), token);
                return client;
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.WouldBlock)
            {
                client.Dispose();
                await Task.Delay(5, token);
            }
            catch
            {
                client.Dispose();
                throw;
            }
        }
    }

    /// <summary>The fixed newstyle handshake up to transmission.</summary>
    private static async Task NegotiateAsync(Socket client, CancellationToken token)
    {
        byte[] greeting = new byte[18];
        await ReceiveAsync(client, greeting, token);
        Assert.Equal(OptionMagic, BinaryPrimitives.ReadUInt64BigEndian(greeting.AsSpan(8)));
        byte[] name = Encoding.UTF8.GetBytes($"{LiveLab.Group}/{LiveLab.Volume}");
        byte[] option = new byte[4 + 16 + 4 + name.Length + 2];
        BinaryPrimitives.WriteUInt32BigEndian(option, 3); // fixed newstyle, no zeroes
        BinaryPrimitives.WriteUInt64BigEndian(option.AsSpan(4), OptionMagic);
        BinaryPrimitives.WriteUInt32BigEndian(option.AsSpan(12), OptionGo);
        BinaryPrimitives.WriteUInt32BigEndian(option.AsSpan(16), (uint)(4 + name.Length + 2));
        BinaryPrimitives.WriteUInt32BigEndian(option.AsSpan(20), (uint)name.Length);
        name.CopyTo(option.AsSpan(24));
        await client.SendAsync(option, token);
        uint type;
        do
        {
            byte[] header = new byte[20];
            await ReceiveAsync(client, header, token);
            Assert.Equal(ReplyMagic, BinaryPrimitives.ReadUInt64BigEndian(header));
            type = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(12));
            await ReceiveAsync(client, new byte[BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(16))], token);
        }
        while (type == 3); // information; acknowledgement ends it
        Assert.Equal(1u, type);
    }

    private static async Task ReceiveAsync(Socket client, Memory<byte> buffer, CancellationToken token)
    {
        while (buffer.Length > 0)
        {
            int count = await client.ReceiveAsync(buffer, token);
            Assert.True(count > 0, "the server hung up");
            buffer = buffer[count..];
        }
    }

    private static long ResidentBytes(int process)
    {
        string line = File.ReadLines($"/proc/{process}/status")
            .First(item => item.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture)
            << 10;
    }
}
