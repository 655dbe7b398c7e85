using System.CommandLine;
using VolMgr.Arrays;
using VolMgr.Arrays.Estates;
using VolMgr.Cli.Estates;
using VolMgr.Cli.Labs;
using VolMgr.Cli.Virtual;
using VolMgr.Movers.Hypervisors;
using VolMgr.Movers.Moves;

namespace VolMgr.Cli.Verbs;

/// <summary>The part of <c>volmgr vm</c> that is about the machines of lab.yaml: show, set, check, migrate,
/// cancel.</summary>
internal sealed class MachineCommands
{
    private static readonly string[] modes = ["tracking", "mirror"];
    private static readonly string[] flags = ["multi-writer", "agent"];

    private readonly Argument<string> machine = new("MACHINE") { Description = "A virtual machine of lab.yaml." };
    private readonly Argument<string> disk = new("DISK") { Description = "A disk of it, such as scsi0:1." };
    private readonly Argument<string> flag = new("FLAG") { Description = string.Join(" or ", flags) + "." };
    private readonly Argument<string> state = new("STATE") { Description = "on or off." };
    private readonly Option<string> to = new("--to")
    {
        Description = "The datastore to move to.",
        HelpName = "DATASTORE",
        Required = true,
    };

    private readonly Option<string> mode = new("--mode")
    {
        Description = "tracking (passes over changed blocks) or mirror (mirror driver, one pass).",
        HelpName = "MODE",
        DefaultValueFactory = _ => "mirror",
    };

    private readonly Option<string?> pace = new("--pace")
    {
        Description = "Bytes copied each second at most, such as 20m; without it as fast as it goes.",
        HelpName = "SIZE",
    };

    /// <summary>The subcommands.</summary>
    public IReadOnlyList<Command> All =>
    [
        new("show", "A machine, its files and disks, and whether the hypervisor may move it.") { machine },
        new("set", "Set or clear the multi-writer flag, or the disk agent's hold, of a disk.")
        {
            machine, disk, flag, state,
        },
        new("check", "The rules of a Storage vMotion, what refuses it, and the remedy; changes nothing.")
        {
            machine, to,
        },
        new("migrate", "Storage vMotion: move home directory and disks to another datastore under I/O.")
        {
            machine, to, mode, pace,
        },
        new("cancel", "End the Storage vMotion of a machine; it stays where it is.") { machine },
    ];

    /// <summary>Runs one of them; null when it is none of them.</summary>
    public async Task<int?> RunAsync(OwnerVerbContext context)
    {
        string name = context.Parsed.CommandResult.Command.Name;
        if (All.All(command => command.Name != name))
        {
            return null;
        }

        VirtualRules.RequireReal(
            context.Lab, $"volmgr vm {name}", "its machines have no files; make a lab in real time");
        return name switch
        {
            "show" => await ShowAsync(context),
            "set" => await SetAsync(context),
            "check" => await MoveText.WriteAsync(
                context.Out, StorageMotionRules.Names, StorageMotionRules.Check(
                    context.Hosts.Estate.Machines.View(),
                    new StorageMotionRequest(
                        context.Parsed.GetRequiredValue(machine), context.Parsed.GetRequiredValue(to)))),
            "migrate" => await MigrateAsync(context),
            _ => await CancelAsync(context),
        };
    }

    /// <summary>A line for each machine.</summary>
    public static string List(OwnerVerbContext context) =>
        string.Concat(context.Hosts.Topology.Estate.Machines.Select(machine =>
            $"machine {machine.Name} {machine.Hypervisor} [{machine.Home}] {machine.Disks.Count} disks"
            + (context.Hosts.Estate.WhereTo(machine.Name) is { } where ? $", on its way to {where}" : "") + "\n"));

    private async Task<int> ShowAsync(OwnerVerbContext context)
    {
        MachineTopology found = Known(context);
        using var text = new StringWriter();
        EstateDescription.WriteMachine(context.Hosts.Topology, found, text);
        await context.Out.WriteAsync(text.ToString());
        MoveRefusal? prevented = StorageMotionRules.Prevents(
            context.Hosts.Estate.Machines.View().Machine(found.Name) ?? new VirtualMachine(found.Name, "", ""));
        await context.Out.WriteLineAsync(prevented is null
            ? "movable by the hypervisor" : $"not movable by the hypervisor: {prevented}");
        return ExitCodes.Done;
    }

    private async Task<int> SetAsync(OwnerVerbContext context)
    {
        MachineTopology found = Known(context);
        string name = context.Parsed.GetRequiredValue(disk);
        string which = context.Parsed.GetRequiredValue(flag);
        string word = context.Parsed.GetRequiredValue(state);
        if (!flags.Contains(which, StringComparer.Ordinal) || word is not ("on" or "off"))
        {
            throw UserErrorException.Usage($"{which} {word}: expected {string.Join(" or ", flags)}, then on or off");
        }

        if (found.Disks.All(each => each.Name != name))
        {
            throw UserErrorException.Refused($"{found.Name} has no disk {name}; it has "
                + string.Join(", ", found.Disks.Select(each => each.Name)));
        }

        if (context.Hosts.Estate.WhereTo(found.Name) is { } where)
        {
            throw UserErrorException.Refused($"{found.Name} is on its way to {where}; wait until it has arrived");
        }

        LabTopology Changed(LabTopology lab) => With(lab, found.Name, name, each =>
            which == "agent" ? each with { IsAgentHeld = word == "on" } : each with { IsMultiWriter = word == "on" });
        TopologyReading reading = LabTopologyText.Read(LabTopologyText.Write(Changed(context.Hosts.Topology)));
        if (reading.Topology is null)
        {
            throw UserErrorException.Refused(string.Join("; ", reading.Problems));
        }

        await context.Hosts.ChangeTopologyAsync(Changed);
        await context.Out.WriteLineAsync($"{found.Name}: disk {name}: {which} is {word}");
        return ExitCodes.Done;
    }

    private static LabTopology With(
        LabTopology lab, string machine, string disk, Func<MachineDiskTopology, MachineDiskTopology> change) => lab with
        {
            Estate = lab.Estate with
            {
                Machines = [.. lab.Estate.Machines.Select(each => each.Name != machine ? each : each with
                {
                    Disks = [.. each.Disks.Select(one => one.Name == disk ? change(one) : one)],
                })],
            },
        };

    private async Task<int> MigrateAsync(OwnerVerbContext context)
    {
        string who = context.Parsed.GetRequiredValue(machine);
        string where = context.Parsed.GetRequiredValue(to);
        string how = context.Parsed.GetRequiredValue(mode);
        if (!modes.Contains(how, StringComparer.Ordinal))
        {
            throw UserErrorException.Usage($"--mode {how}: expected {string.Join(" or ", modes)}");
        }

        DateTimeOffset began = context.Engine.Time.GetUtcNow();
        MoveReport report = await context.Hosts.Estate.Machines.MigrateAsync(
            who, where,
            new StorageMotionOptions
            {
                Mode = how == "mirror" ? StorageMotionMode.MirrorDriver : StorageMotionMode.Tracking,
                Pace = MoverOptions.Pace(context.Parsed.GetValue(pace)),
                ShadowStart = TimeSpan.FromMilliseconds(250),
            },
            context.Interrupted);
        await MoveText.WriteAsync(context.Out, $"machine {who} to datastore {where}, {how}", began, report);
        return MoveText.ExitCode(report.Result);
    }

    private async Task<int> CancelAsync(OwnerVerbContext context)
    {
        string name = Known(context).Name;
        if (!context.Hosts.Estate.Cancel(name))
        {
            throw UserErrorException.Refused($"{name} is not being moved");
        }

        await context.Out.WriteLineAsync($"the move of {name} is cancelled; 'volmgr vm show {name}' says where it is");
        return ExitCodes.Done;
    }

    private MachineTopology Known(OwnerVerbContext context)
    {
        string name = context.Parsed.GetRequiredValue(machine);
        return context.Hosts.Topology.Estate.Machine(name) ?? throw UserErrorException.Refused(
            $"there is no machine {name} in lab.yaml; 'volmgr vm list' shows them");
    }
}
