using System.ComponentModel;
using System.Diagnostics;

namespace VolMgr.Nbd.Tests.RealClients;

/// <summary>A client program of the distribution. One that is not installed fails the test.</summary>
internal static class RealClient
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Runs the program and answers its output; a non-zero exit fails with what it said.</summary>
    public static async Task<string> RunAsync(string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // The distribution's Python knows the distribution's libnbd.
        start.Environment["PATH"] = $"/usr/bin:{start.Environment["PATH"]}";
        using Process process = Start(start);
        using CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(
            TestContext.Current.CancellationToken);
        late.CancelAfter(Patience);
        Task<string> output = process.StandardOutput.ReadToEndAsync(late.Token);
        Task<string> error = process.StandardError.ReadToEndAsync(late.Token);
        try
        {
            await process.WaitForExitAsync(late.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{program} {string.Join(' ', arguments)} did not end in {Patience.TotalSeconds} s");
        }

        Assert.True(process.ExitCode == 0, $"{program}: {await error}{await output}");
        return await output;
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} did not start");
        }
        catch (Win32Exception exception)
        {
            throw new InvalidOperationException(
                $"{start.FileName} is not installed: apt-get install libnbd-bin python3-libnbd qemu-utils fio",
                exception);
        }
    }
}
