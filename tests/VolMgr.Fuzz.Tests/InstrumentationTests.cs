using System.Diagnostics;
using VolMgr.Fuzz.Coverage;

namespace VolMgr.Fuzz.Tests;

/// <summary>The copy of the program in which libraries note what has run, as scripts/fuzz makes and runs it.</summary>
public sealed class InstrumentationTests
{
    [Theory]
    [InlineData("uri")] // of a library
    [InlineData("verbs")] // of the program, which is compiled ahead
    public async Task The_instrumented_copy_runs_and_reaches_blocks(string target)
    {
        string folder = Directory.CreateTempSubdirectory("volmgr-fuzz-").FullName;
        try
        {
            Instrumentation.CopyFolder(AppContext.BaseDirectory, folder);
            using Process process = Process.Start(new ProcessStartInfo(
                "dotnet", [Path.Combine(folder, "VolMgr.Fuzz.dll"), target, "--runs", "200", "--seed", "7"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
            })!; // null only for a shell's association, which is off
            Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(process.ExitCode == 0, output + await error);
            Assert.Matches("[1-9][0-9]* blocks", output);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
