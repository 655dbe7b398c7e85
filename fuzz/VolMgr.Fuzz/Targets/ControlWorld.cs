using System.Net.Sockets;
using VolMgr.Blocks;
using VolMgr.Cli;
using VolMgr.Cli.Owner;
using VolMgr.Cli.Protocol;

namespace VolMgr.Fuzz.Targets;

/// <summary>A control server whose client has sent everything it will ever send.</summary>
internal static class ControlWorld
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <summary>Serves the input to its end; throws when the server does not end the connection.</summary>
    public static void Serve(ReadOnlySpan<byte> input) => ServeAsync(input.ToArray()).GetAwaiter().GetResult();

    private static async Task ServeAsync(byte[] input)
    {
        string folder = Directory.CreateTempSubdirectory("fuzz").FullName;
        try
        {
            UnixDomainSocketEndPoint place = new(Path.Combine(folder, "s"));
            using Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            listener.Bind(place);
            listener.Listen();
            await using OneVolume service = new();
            await using ControlServer server = new(listener, service, () => null);
            using Socket client = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await client.ConnectAsync(place);
            await TalkAsync(client, input);
            await server.StopAsync(TimeSpan.FromSeconds(1));
            if (service.Fault is { } fault)
            {
                throw fault;
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task TalkAsync(Socket client, byte[] input)
    {
        using CancellationTokenSource limit = new(Longest);
        Task sending = SendAsync(client, input);
        byte[] answer = new byte[64 << 10];
        try
        {
            while (await client.ReceiveAsync(answer, SocketFlags.None, limit.Token) > 0)
            {
                Invariant.Holds(answer.Length > 0);
            }
        }
        catch (SocketException reset)
        {
            // The server hung up before everything was sent.
            Invariant.Holds(reset.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown);
        }

        await sending;
    }

    private static async Task SendAsync(Socket client, byte[] input)
    {
        try
        {
            for (int sent = 0; sent < input.Length;)
            {
                sent += await client.SendAsync(input.AsMemory(sent), SocketFlags.None);
            }

            client.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException gone)
        {
            Invariant.Holds(gone.SocketErrorCode != SocketError.Success);
        }
    }

    /// <summary>A lab with two commands and one volume, which checks the range of every request.</summary>
    private sealed class OneVolume : ILabService
    {
        private readonly MemoryDevice volume = new(1 << 20);

        public Exception? Fault { get; private set; }

        public bool HasTasks => false;

        public async Task<int> RunAsync(RunRequest request, CommandStreams streams, CancellationToken interrupted)
        {
            try
            {
                await streams.Out.WriteLineAsync(string.Join(' ', request.Arguments));
                await streams.Out.WriteAsync(
                    request.Name == "cat" ? await streams.In.ReadToEndAsync(interrupted) : request.Name);
            }
            catch (Exception failure) when (failure is not (OperationCanceledException or IOException))
            {
                Fault = failure;
            }

            return 0;
        }

        public Task<IBlockDevice> OpenVolumeAsync(OpenVolumeRequest request, CancellationToken token) =>
            request.Volume == "vol01"
                ? Task.FromResult<IBlockDevice>(new SubrangeDevice(volume, 0, volume.Length))
                : throw UserErrorException.Refused($"no volume {request.Volume}");

        public void RequestStop(string reason) => Invariant.Holds(reason.Length > 0);

        public ValueTask DisposeAsync() => volume.DisposeAsync();
    }
}
