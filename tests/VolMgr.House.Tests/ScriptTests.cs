using System.Runtime.Versioning;

namespace VolMgr.House.Tests;

[SupportedOSPlatform("linux")]
public sealed class ScriptTests
{
    private const UnixFileMode Executable =
        UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    [Theory]
    [InlineData("rehearse")]
    [InlineData("test")]
    [InlineData("volmgr")]
    public void A_script_of_the_outside_names_is_there(string name) =>
        Assert.True(File.Exists(Path.Combine(Repository.Root, "scripts", name)));

    [Fact]
    public void Scripts_are_executable_and_say_what_runs_them()
    {
        IEnumerable<string> scripts = Repository.Files("scripts", "*").Concat(Repository.Files(".ci", "*"))
            .Where(path => Path.GetExtension(path) is not (".sh" or ".py")); // sourced, and modules
        Assert.All(scripts, path =>
        {
            Assert.StartsWith("#!/usr/bin/env bash", File.ReadLines(path).First());
            Assert.Equal(Executable, File.GetUnixFileMode(path) & Executable);
        });
    }

    [Fact]
    public void Continuous_integration_runs_the_test_script() =>
        Assert.Contains("/scripts/test\" \"$@\"", File.ReadAllText(Path.Combine(Repository.Root, ".ci", "run")));
}
