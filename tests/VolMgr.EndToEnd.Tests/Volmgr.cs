using System.Diagnostics;
using System.Reflection;

namespace VolMgr.EndToEnd.Tests;

/// <summary>What a process printed and how it ended.</summary>
internal sealed record Ended(int ExitCode, string Output, string Error)
{
    public override string ToString() => $"exit {ExitCode}\n--- stdout\n{Output}\n--- stderr\n{Error}";
}

/// <summary>The program as a user has it: the built executable, run as a process.</summary>
internal static class Volmgr
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public static string RepositoryRoot { get; } = typeof(Volmgr).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(item => item.Key == "RepositoryRoot").Value!;

    public static string ExecutablePath { get; } =
        Path.Combine(RepositoryRoot, "artifacts", "bin", "VolMgr.Cli", "release", "volmgr");

    /// <summary>Whether the long tiers were asked for.</summary>
    public static bool IsLongTier => Environment.GetEnvironmentVariable("VOLMGR_TEST_TIER") == "all";

    public static Task<Ended> RunAsync(string? lab, params string[] arguments) =>
        RunProgramAsync(ExecutablePath, lab, arguments);

    public static async Task<Ended> RunProgramAsync(string program, string? lab, params string[] arguments)
    {
        using Process process = Start(program, lab, arguments);
        return await EndAsync(process);
    }

    public static Process Start(string program, string? lab, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment.Remove("VOLMGR_HOST");
        start.Environment.Remove("VOLMGR_LAB");
        if (lab is not null)
        {
            start.Environment["VOLMGR_LAB"] = lab;
        }

        Process process = Process.Start(start)!;
        process.StandardInput.Close();
        return process;
    }

    public static async Task<Ended> EndAsync(Process process)
    {
        using CancellationTokenSource limit = new(Patience);
        Task<string> output = process.StandardOutput.ReadToEndAsync(limit.Token);
        Task<string> error = process.StandardError.ReadToEndAsync(limit.Token);
        try
        {
            await process.WaitForExitAsync(limit.Token);
            return new Ended(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException exception)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{process.StartInfo.FileName} did not end within {Patience}", exception);
        }
    }
}

/// <summary>A folder for labs that goes away at the end, with the owner process of the lab in it.</summary>
internal sealed class LabFolder : IAsyncDisposable
{
    /// <summary>Releases what earlier runs left behind, once: a leaked mount must not break this run.</summary>
    private static readonly Lazy<bool> isSwept = new(() => Sweep(null));
    private readonly DirectoryInfo folder = Create();

    public string Lab => Path.Combine(folder.FullName, "lab");

    public string Root => folder.FullName;

    /// <summary>The owner process of the lab, or 0 when there is none.</summary>
    public int OwnerProcessId
    {
        get
        {
            // The owner holds a lock on the file for its life, which .NET's own readers respect: cat does not.
            using Process cat = Volmgr.Start("cat", null, Path.Combine(Lab, "run", "volmgr.pid"));
            string text = cat.StandardOutput.ReadToEnd();
            cat.WaitForExit();
            return int.TryParse(text.Trim(), out int id) ? id : 0;
        }
    }

    /// <summary>Kills the owner process of the lab without a warning: a host crash. False when there is none.</summary>
    public bool KillOwner()
    {
        int id = OwnerProcessId;
        if (id == 0)
        {
            return false;
        }

        try
        {
            using Process owner = Process.GetProcessById(id);
            owner.Kill();
            owner.WaitForExit();
            return true;
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            return false; // it had ended by itself
        }
    }

    /// <summary>Kills, unmounts and detaches whatever still uses the folder, or every dead run's folder.</summary>
    public static bool Sweep(string? folder)
    {
        string script = Path.Combine(
            Volmgr.RepositoryRoot, "tests", "VolMgr.EndToEnd.Tests", "Clients", "Scripts", "sweep.sh");
        using Process sweep = Volmgr.Start("bash", null, folder is null ? [script] : [script, folder]);
        sweep.StandardOutput.ReadToEnd();
        sweep.WaitForExit();
        return sweep.ExitCode == 0;
    }

    public async ValueTask DisposeAsync()
    {
        KillOwner();
        string mounts = await File.ReadAllTextAsync("/proc/self/mounts", CancellationToken.None);
        if (mounts.Contains($" {folder.FullName}/", StringComparison.Ordinal))
        {
            Sweep(folder.FullName);
        }

        folder.Delete(recursive: true);
    }

    private static DirectoryInfo Create() => isSwept.Value
        ? Directory.CreateTempSubdirectory($"volmgr-e2e-{Environment.ProcessId}-")
        : throw new InvalidOperationException("what earlier runs left behind could not be released");
}
