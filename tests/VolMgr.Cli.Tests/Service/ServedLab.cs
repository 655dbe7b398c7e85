using System.Diagnostics;
using System.Net.Sockets;
using VolMgr.Cli.Protocol;

namespace VolMgr.Cli.Tests.Service;

/// <summary>A lab under 'volmgr serve', as a process of its own.</summary>
internal sealed class ServedLab : IDisposable
{
    private const int Terminate = 15;
    private readonly Task<string> error;
    private readonly Task<string> rest;

    private ServedLab(TestProgram program, Process process, IReadOnlyList<string> lines)
    {
        Program = program;
        Process = process;
        Lines = lines;
        error = process.StandardError.ReadToEndAsync();
        rest = process.StandardOutput.ReadToEndAsync();
        Http = new HttpClient(new SocketsHttpHandler { ConnectCallback = ConnectAsync })
        {
            BaseAddress = new Uri("http://lab/"),
        };
    }

    public TestProgram Program { get; }

    public Process Process { get; }

    /// <summary>What it printed before the word ready.</summary>
    public IReadOnlyList<string> Lines { get; }

    /// <summary>Over the socket in the lab.</summary>
    public HttpClient Http { get; }

    /// <summary>The address that it printed for HTTP over TCP.</summary>
    public Uri HttpAddress => new(Lines.Single(line => line.StartsWith("http", StringComparison.Ordinal)));

    public static ServedLab Start(TestProgram program, params string[] options) => Start(program, null, options);

    public static ServedLab Start(
        TestProgram program, (string Name, string? Value)? variable, params string[] options)
    {
        Process process = program.Start(variable, ["serve", .. options]);
        var lines = new List<string>();
        while (process.StandardOutput.ReadLine() is { } line)
        {
            if (line == "ready")
            {
                return new ServedLab(program, process, lines);
            }

            lines.Add(line);
        }

        throw new InvalidOperationException($"it is not ready: {process.StandardError.ReadToEnd()}");
    }

    public void Signal(int number) => _ = Native.SendSignal(Process.Id, number);

    /// <summary>SIGTERM; the exit code and what it had said on standard error.</summary>
    public (int ExitCode, string Error) Stop()
    {
        Signal(Terminate);
        return Wait();
    }

    public (int ExitCode, string Error) Wait()
    {
        Assert.True(Process.WaitForExit(TimeSpan.FromSeconds(30)), "serve did not stop");
        Assert.Equal("", rest.Result);
        return (Process.ExitCode, error.Result);
    }

    public void Dispose()
    {
        Http.Dispose();
        if (!Process.HasExited)
        {
            Process.Kill();
            Process.WaitForExit();
        }

        Process.Dispose();
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken token)
    {
        string path = LabSocket.Find(Program.Lab.HttpSocket) ?? throw new IOException("no socket");
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), token);
        return new NetworkStream(socket, ownsSocket: true);
    }
}
