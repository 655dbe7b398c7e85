using System.CommandLine;
using VolMgr.Arrays;
using VolMgr.Cli.Labs;
using VolMgr.Cli.Owner;
using VolMgr.Cli.Protocol;
using VolMgr.Cli.Virtual;

namespace VolMgr.Cli.Verbs;

/// <summary>
/// volmgr host: takes emulated hosts down, in order or not, and boots them again. A crash of the only host that is up
/// is kill -9 of the owner; a host beside others loses its power while the owner goes on for them.
/// </summary>
internal sealed class HostVerb : IOwnerVerb
{
    /// <summary>The verb's name.</summary>
    public const string VerbName = "host";

    private const string Crash = "crash";
    private const string Shutdown = "shutdown";
    private const string Reboot = "reboot";
    private const int KillSignal = 9;

    private static readonly Argument<string?> host = new("HOST")
    {
        Description = "The host; VOLMGR_HOST, or the lab's first one, where it is left out.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<bool> all = new("--all")
    {
        Description = "Every host, and the lab's owner process with them.",
    };

    /// <inheritdoc/>
    public string Name => VerbName;

    /// <inheritdoc/>
    public Command Define() => new(VerbName, "Crash, shut down or reboot a host of the lab.")
    {
        new Command(Crash, "Power failure: nothing is flushed, nothing is closed. The next command boots it.") { host },
        new Command(Shutdown, "Stop volumes and close groups in order. The next command boots it.") { host, all },
        new Command(Reboot, "Shut down and boot.") { host },
    };

    /// <summary>
    /// The client's part: a lab that is down need not come up to go down, and a host that takes its owner with it
    /// leaves no one to answer.
    /// </summary>
    public static int RunInClient(ParseResult parsed, string[] arguments)
    {
        LabPaths lab = LabPaths.FromEnvironment();
        if (VirtualRules.IsVirtual(lab))
        {
            VirtualRules.RefuseCommand(lab, VerbName, arguments);
        }

        string verb = parsed.CommandResult.Command.Name;
        if (verb != Reboot && !PidFile.IsHeld(lab))
        {
            LabTopology topology = LabTopologyFile.Read(lab).Topology;
            string? named = parsed.GetValue(host) ?? Environment.GetEnvironmentVariable("VOLMGR_HOST");
            Console.WriteLine($"host {LabHostNames.Resolve(lab, topology, named ?? "")} was down");
            return ExitCodes.Done;
        }

        try
        {
            int exitCode = Program.Forward(arguments[0], arguments[1..]);
            if (verb == Shutdown && parsed.GetValue(all))
            {
                OwnerStop.AwaitDown(lab);
                Console.WriteLine("every host is shut down");
            }

            return exitCode;
        }
        catch (UserErrorException error) when (verb == Crash && error.ExitCode == ExitCodes.Interrupted)
        {
            OwnerStop.AwaitDown(lab);
            Console.WriteLine("the host has crashed, and the lab's owner process with it");
            return ExitCodes.Done;
        }
    }

    /// <inheritdoc/>
    public async Task<int> RunAsync(OwnerVerbContext context)
    {
        string name = context.Hosts.Resolve(context.Parsed.GetValue(host) ?? context.HostName);
        string verb = context.Parsed.CommandResult.Command.Name;
        if (verb == Crash)
        {
            return await CrashAsync(context, name);
        }

        if (verb == Shutdown && context.Parsed.GetValue(all))
        {
            context.Stop.Request("'volmgr host shutdown --all'");
            return ExitCodes.Done;
        }

        bool wasUp = await context.Hosts.ShutdownAsync(name);
        await context.Out.WriteLineAsync(wasUp ? $"host {name} is shut down" : $"host {name} was down");
        if (verb == Reboot)
        {
            await context.Hosts.BootAsync(name);
            await context.Out.WriteLineAsync($"host {name} is up");
        }

        return ExitCodes.Done;
    }

    private static async Task<int> CrashAsync(OwnerVerbContext context, string name)
    {
        if (context.Hosts.Running is [var only] && string.Equals(only, name, StringComparison.Ordinal))
        {
            _ = Native.SendSignal(Environment.ProcessId, KillSignal);
            await Task.Delay(Timeout.InfiniteTimeSpan, CancellationToken.None); // never returns
        }

        bool wasUp = await context.Hosts.CutPowerAsync(name);
        await context.Out.WriteLineAsync(wasUp ? $"host {name} has crashed" : $"host {name} was down");
        return ExitCodes.Done;
    }
}
