using System.Net.Sockets;
using VolMgr.Cli.Protocol;

namespace VolMgr.Cli.Tests.Protocol;

public sealed class ControlServerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_command_gets_its_arguments_folder_both_streams_and_exit_code()
    {
        await using var lab = new FakeLab();
        (int exitCode, string output, string error) = lab.Run("echo", "a", "b c", "ü€😀");
        Assert.Equal((3, "a b c ü€😀\n", "at /here\n"), (exitCode, output, error));
    }

    [Fact]
    public async Task A_long_listing_arrives_whole_and_in_order()
    {
        await using var lab = new FakeLab();
        string[] lines = lab.Run("many").Output.Split('\n');
        Assert.Equal(100_001, lines.Length);
        Assert.All(Enumerable.Range(0, 100_000), line => Assert.Equal($"line {line}", lines[line]));
    }

    [Fact]
    public async Task Standard_input_is_fetched_when_the_command_reads_it()
    {
        await using var lab = new FakeLab();
        string text = string.Concat(Enumerable.Range(0, 50_000).Select(number => $"{number}\n"));
        var streams = new InputStreams(text);
        using var client = new ControlClient(lab.Paths, new RunRequest("cat", [], "/", "", []), streams);
        Assert.Equal(0, await Task.Run(client.Run, Token));
        Assert.Equal(text, streams.Output.ToString());
    }

    [Fact]
    public async Task A_command_that_does_not_read_leaves_the_input_alone()
    {
        await using var lab = new FakeLab();
        var streams = new InputStreams("for the next program");
        using var client = new ControlClient(lab.Paths, new RunRequest("echo", [], "/", "", []), streams);
        await Task.Run(client.Run, Token);
        Assert.Equal(0, streams.Reads);
    }

    [Fact]
    public async Task Interrupt_reaches_the_command_and_its_exit_code_comes_back()
    {
        await using var lab = new FakeLab();
        using var client = new ControlClient(lab.Paths, new RunRequest("wait", [], "/", "", []), new CapturedStreams());
        Task<int> running = Task.Run(client.Run, Token);
        await lab.Service.Waiting.Task.WaitAsync(Token);
        client.Interrupt();
        Assert.Equal(9, await running.WaitAsync(TimeSpan.FromSeconds(10), Token));
        Assert.True(client.WasInterrupted);
    }

    [Fact]
    public async Task A_client_that_goes_away_interrupts_its_command_and_nothing_else()
    {
        await using var lab = new FakeLab();
        using (Socket socket = lab.Connect())
        {
            await SendAsync(socket, FrameType.Run, new RunRequest("wait", [], "/", "", []).ToPayload());
            await lab.Service.Waiting.Task.WaitAsync(Token);
        }

        await lab.Service.Interrupted.Task.WaitAsync(TimeSpan.FromSeconds(10), Token);
        Assert.Equal(0, lab.Run("echo").ExitCode);
    }

    [Fact]
    public async Task A_refusal_is_a_sentence_and_a_defect_tells_no_stack()
    {
        await using var lab = new FakeLab();
        Assert.Equal((3, "", "volmgr: not today\n"), lab.Run("refuse"));
        (int exitCode, _, string error) = lab.Run("defect");
        Assert.Equal(7, exitCode);
        Assert.DoesNotContain(" at ", error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task A_server_that_is_closed_for_idleness_takes_no_command()
    {
        await using var lab = new FakeLab();
        Assert.True(lab.Server.TryCloseWhenIdle());
        using Socket socket = lab.Connect();
        int received;
        try
        {
            await SendAsync(socket, FrameType.Run, new RunRequest("echo", [], "/", "", []).ToPayload());
            received = await socket.ReceiveAsync(new byte[8], SocketFlags.None, Token);
        }
        catch (SocketException)
        {
            received = 0; // reset, or hung up before the request was sent: the same for a client
        }

        Assert.Equal(0, received);
    }

    [Fact]
    public async Task A_stop_is_refused_while_tasks_run_unless_forced()
    {
        await using var lab = new FakeLab();
        lab.Service.HasTasks = true;
        Assert.Equal(FrameType.Refused, await AskToStopAsync(lab, 0));
        Assert.Null(lab.Service.StopReason);
        Assert.Equal(FrameType.Accepted, await AskToStopAsync(lab, 1));
        Assert.True(TestProgram.WaitUntil(() => lab.Service.StopReason is not null));
    }

    [Fact]
    public async Task A_path_too_long_for_a_socket_is_linked_to_a_short_private_one()
    {
        await using var lab = new FakeLab(new string('x', 120));
        string? target = new FileInfo(lab.Paths.ControlSocket).LinkTarget;
        Assert.NotNull(target);
        Assert.True(target.Length < 108);
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode(Path.GetDirectoryName(target) ?? ""));
        Assert.Equal(0, lab.Run("echo").ExitCode);
    }

    private static async Task<FrameType?> AskToStopAsync(FakeLab lab, byte force)
    {
        using var frames = new FrameStream(lab.Connect());
        await frames.SendAsync(FrameType.Stop, new[] { force });
        return (await frames.ReadHeaderAsync(Token))?.Type;
    }

    private static async Task SendAsync(Socket socket, FrameType type, ReadOnlyMemory<byte> payload)
    {
        byte[] frame = new byte[FrameHeader.Size + payload.Length];
        new FrameHeader(type, payload.Length).WriteTo(frame);
        payload.CopyTo(frame.AsMemory(FrameHeader.Size));
        await socket.SendAsync(frame, SocketFlags.None, Token);
    }

    private sealed class InputStreams(string text) : ClientStreams
    {
        private readonly MemoryStream input = new(System.Text.Encoding.UTF8.GetBytes(text));

        public System.Text.StringBuilder Output { get; } = new();

        public int Reads { get; private set; }

        public override bool WriteOutput(ReadOnlySpan<byte> bytes)
        {
            Output.Append(System.Text.Encoding.UTF8.GetString(bytes));
            return true;
        }

        public override int ReadInput(Span<byte> buffer)
        {
            Reads++;
            return input.Read(buffer);
        }
    }
}
