using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using VolMgr.Blocks;
using VolMgr.Blocks.Tests;
using VolMgr.Nbd.Client;

namespace VolMgr.Nbd.Tests.Client;

/// <summary>
/// A server of somebody else (nbdkit, qemu-nbd) as a process of its own, on a Unix socket in a folder that vanishes. A
/// test fails where the program is not installed.
/// </summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private static readonly ConcurrentQueue<string> Complaints = new();

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("volmgr-nbd-");
    private string program = "";
    private string[] arguments = [];
    private Process? process;

    public string SocketPath => File("nbd.sock");

    public NbdUri Uri => ClientWorld.Uri($"nbd+unix:///?socket={SocketPath}");

    public string File(string name) => Path.Combine(folder.FullName, name);

    public static Task<ServerProcess> NbdkitAsync(params string[] arguments) =>
        StartAsync(server => ("nbdkit", ["--foreground", "--unix", server.SocketPath, .. arguments]));

    /// <summary>nbdkit on a file of zeroes in the folder, whose path takes the place of FILE.</summary>
    public static Task<ServerProcess> NbdkitFileAsync(long length, params string[] arguments) =>
        StartAsync(server =>
        {
            SparseFileDevice.Create(server.File("disk.img"), length);
            return ("nbdkit", ["--foreground", "--unix", server.SocketPath,
                .. arguments.Select(word => word.Replace("FILE", server.File("disk.img"), StringComparison.Ordinal))]);
        });

    /// <summary>qemu-nbd on a new qcow2 image.</summary>
    public static Task<ServerProcess> QemuAsync(long length, params string[] arguments) =>
        StartAsync(server =>
        {
            using Process create = Run(
                "qemu-img", "create", "-q", "-f", "qcow2", server.File("disk.qcow2"), length.ToString());
            create.WaitForExit();
            Assert.Equal(0, create.ExitCode);
            return ("qemu-nbd", ["-t", "-f", "qcow2", "-k", server.SocketPath, .. arguments,
                server.File("disk.qcow2")]);
        });

    public NbdClientDevice Open(NbdClientOptions options) => NbdClientDevice.Open(Uri, options, TestWorld.Engine);

    /// <summary>Ends the server without a warning.</summary>
    public void Kill()
    {
        process?.Kill(entireProcessTree: true);
        process?.WaitForExit();
        process?.Dispose();
        process = null;
        System.IO.File.Delete(SocketPath);
    }

    /// <summary>Starts it, again where it was killed, and waits until it listens.</summary>
    public async Task RestartAsync()
    {
        process = Run(program, arguments);
        while (!await IsListeningAsync())
        {
            Assert.False(process.HasExited, $"the server ended: {string.Join('\n', Complaints.TakeLast(5))}");
            await Task.Delay(5, TestWorld.Token);
        }
    }

    public ValueTask DisposeAsync()
    {
        Kill();
        folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    private static async Task<ServerProcess> StartAsync(
        Func<ServerProcess, (string Program, string[] Arguments)> describe)
    {
        ServerProcess server = new();
        try
        {
            (server.program, server.arguments) = describe(server);
            await server.RestartAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    private static Process Run(string program, params string[] arguments)
    {
        // What they say of clients that come and go is noise, until one of them does not start.
        ProcessStartInfo start = new(program, arguments) { UseShellExecute = false, RedirectStandardError = true };
        Process? started = Process.Start(start);
        Assert.NotNull(started);
        started.ErrorDataReceived += (_, line) => Complaints.Enqueue($"{program}: {line.Data}");
        started.BeginErrorReadLine();
        return started;
    }

    /// <summary>The socket's name appears before anybody listens on it.</summary>
    private async Task<bool> IsListeningAsync()
    {
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(SocketPath), TestWorld.Token);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
