using System.Diagnostics;
using System.Text;

namespace VolMgr.EndToEnd.Tests.Clients;

/// <summary>A program that runs beside the test: its lines are read as they come, its input is open.</summary>
internal sealed class ClientProcess : IAsyncDisposable
{
    private readonly Process process;
    private readonly StringBuilder heard = new();
    private readonly Lock gate = new();
    private bool isDisposed;

    private ClientProcess(Process process)
    {
        this.process = process;
        process.OutputDataReceived += (_, line) => Hear(line.Data);
        process.ErrorDataReceived += (_, line) => Hear(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Everything that it printed so far, both streams.</summary>
    public string Heard
    {
        get
        {
            lock (gate)
            {
                return heard.ToString();
            }
        }
    }

    public int Id => process.Id;

    public bool HasEnded => process.HasExited;

    public int ExitCode => process.ExitCode;

    public static ClientProcess Start(string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        return new ClientProcess(Process.Start(start)!);
    }

    /// <summary>Runs a program to its end and expects success; returns its standard output.</summary>
    public static async Task<string> RunAsync(string program, params string[] arguments)
    {
        Ended ended = await Volmgr.RunProgramAsync(program, null, arguments);
        Assert.True(ended.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {ended}");
        return ended.Output;
    }

    public async Task SayAsync(string line)
    {
        await process.StandardInput.WriteLineAsync(line);
        await process.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Waits until it has printed a text as often as asked; an end or the limit before that fails.</summary>
    public async Task WaitForAsync(string text, TimeSpan limit, int times = 1)
    {
        long started = Stopwatch.GetTimestamp();
        while (Heard.Split(text).Length - 1 < times)
        {
            bool hasEnded = HasEnded;
            if (hasEnded)
            {
                await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            }

            Assert.False(hasEnded && Heard.Split(text).Length - 1 < times, $"ended before '{text}': {Heard}");
            Assert.True(Stopwatch.GetElapsedTime(started) < limit, $"no '{text}' within {limit}: {Heard}");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Waits for its end and expects success.</summary>
    public async Task EndAsync(TimeSpan limit)
    {
        using CancellationTokenSource source = new(limit);
        try
        {
            await process.WaitForExitAsync(source.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"{process.StartInfo.FileName} did not end within {limit}: {Heard}");
        }

        Assert.True(process.ExitCode == 0, $"{process.StartInfo.FileName}: exit {process.ExitCode}: {Heard}");
    }

    public void Kill()
    {
        if (!isDisposed && !process.HasExited)
        {
            process.Kill(entireProcessTree: true);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!isDisposed)
        {
            Kill();
            await process.WaitForExitAsync(CancellationToken.None);
            isDisposed = true;
            process.Dispose();
        }
    }

    private void Hear(string? line)
    {
        if (line is not null)
        {
            lock (gate)
            {
                heard.Append(line).Append('\n');
            }
        }
    }
}
