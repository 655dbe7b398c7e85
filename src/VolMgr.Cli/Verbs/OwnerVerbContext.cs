using System.CommandLine;
using VolMgr.Blocks;
using VolMgr.Cli.Engine;
using VolMgr.Cli.Labs;
using VolMgr.Cli.Owner;
using VolMgr.Volumes.Hosts;

namespace VolMgr.Cli.Verbs;

/// <summary>What a verb that runs in the owner works with.</summary>
internal sealed record OwnerVerbContext
{
    /// <summary>The verb's command line; it has no errors.</summary>
    public required ParseResult Parsed { get; init; }

    /// <summary>The lab's paths.</summary>
    public required LabPaths Lab { get; init; }

    /// <summary>The lab's hosts.</summary>
    public required LabHosts Hosts { get; init; }

    /// <summary>The host that the user works on.</summary>
    public required string HostName { get; init; }

    /// <summary>Where relative paths begin.</summary>
    public required string WorkingDirectory { get; init; }

    /// <summary>Standard output of the user.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Standard error of the user.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Standard input of the user.</summary>
    public required TextReader In { get; init; }

    /// <summary>Ctrl-C, or the user has gone.</summary>
    public required CancellationToken Interrupted { get; init; }

    /// <summary>Schedulers, clock, identities.</summary>
    public required EngineServices Engine { get; init; }

    /// <summary>Stops the owner once the verb has answered.</summary>
    public required StopSignal Stop { get; init; }

    /// <summary>The host that the user works on, booted if it was down.</summary>
    public Task<VolumeHost> BootHostAsync() => Hosts.BootAsync(HostName);
}
