namespace VolMgr.Cli.Tests;

/// <summary>The runtime settings of servers.</summary>
public sealed class ServerRuntimeTests
{
    [Fact]
    public void A_program_compiled_ahead_is_not_compiled_again()
    {
        Assert.Contains(("DOTNET_TieredCompilation", "0"), ServerRuntime.SettingsFor(isCompiledAhead: true));
        Assert.DoesNotContain(
            ServerRuntime.SettingsFor(isCompiledAhead: false), setting => setting.Name == "DOTNET_TieredCompilation");
    }

    [Fact]
    public void Machine_code_in_an_assembly_is_found()
    {
        // the framework is always compiled ahead, the tests never are
        Assert.True(ServerRuntime.IsCompiledAhead(typeof(object).Assembly.Location));
        Assert.False(ServerRuntime.IsCompiledAhead(typeof(ServerRuntimeTests).Assembly.Location));
        Assert.False(ServerRuntime.IsCompiledAhead("/etc/passwd"));
        Assert.False(ServerRuntime.IsCompiledAhead("/nowhere"));
    }
}
