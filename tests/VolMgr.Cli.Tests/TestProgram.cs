using System.Diagnostics;
using System.Globalization;
using VolMgr.Cli.Labs;
using VolMgr.Cli.Protocol;

namespace VolMgr.Cli.Tests;

/// <summary>What a run of the program gave.</summary>
internal sealed record ProgramResult(int ExitCode, string Output, string Error);

/// <summary>Runs the real program in a lab of its own. Ending it takes the lab's owner down.</summary>
internal sealed class TestProgram : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public TestProgram(string lab = "lab") => Lab = new LabPaths(folder.In(lab));

    public LabPaths Lab { get; }

    public string Folder => folder.Path;

    /// <summary>Seconds that an owner started from here stays without work.</summary>
    public string IdleSeconds { get; init; } = "30";

    public static TestProgram WithLab(string template = "migration", string lab = "lab", string idleSeconds = "30")
    {
        var program = new TestProgram(lab) { IdleSeconds = idleSeconds };
        ProgramResult created = program.Run("lab", "create", program.Lab.Root, "--template", template);
        Assert.Equal("", created.Error);
        Assert.Equal(0, created.ExitCode);
        return program;
    }

    public ProgramResult Run(params string[] arguments) => RunWith(null, null, arguments);

    /// <summary>Runs the program with standard input and changes of the environment.</summary>
    public ProgramResult RunWith(string? input, (string Name, string? Value)? variable, params string[] arguments)
    {
        using Process process = Start(variable, arguments);
        process.StandardInput.Write(input ?? "");
        process.StandardInput.Close();
        return Finish(process);
    }

    public Process Start((string Name, string? Value)? variable, params string[] arguments)
    {
        // A shell that starts the tests in the background has them ignore Ctrl-C; the program must not inherit that.
        var start = new ProcessStartInfo("env", ["--default-signal=INT,HUP", OwnerStarter.ProgramPath, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = folder.Path,
        };
        start.Environment[LabPaths.Variable] = Lab.Root;
        start.Environment["VOLMGR_IDLE_SECONDS"] = IdleSeconds;
        start.Environment.Remove("VOLMGR_HOST");
        if (variable is { } change)
        {
            start.Environment[change.Name] = change.Value;
        }

        return Process.Start(start) ?? throw new InvalidOperationException("the program did not start");
    }

    public static ProgramResult Finish(Process process)
    {
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        Assert.True(process.WaitForExit(TimeSpan.FromSeconds(60)), "the program did not end");
        return new ProgramResult(process.ExitCode, output.Result, error.Result);
    }

    /// <summary>The owner's process id; 0 when the file names none.</summary>
    public int OwnerProcessId =>
        int.TryParse(VolMgr.Cli.Owner.PidFile.ReadHolder(Lab), CultureInfo.InvariantCulture, out int id) ? id : 0;

    public static bool WaitUntil(Func<bool> condition)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < TimeSpan.FromSeconds(30))
        {
            if (condition())
            {
                return true;
            }

            Thread.Sleep(10);
        }

        return false;
    }

    public void Dispose()
    {
        const int Kill = 9;
        if (Directory.Exists(Lab.Root) && VolMgr.Cli.Owner.PidFile.IsHeld(Lab) && OwnerProcessId is > 0 and var id)
        {
            _ = Native.SendSignal(id, Kill);
            WaitUntil(() => !VolMgr.Cli.Owner.PidFile.IsHeld(Lab));
        }

        folder.Dispose();
    }
}
