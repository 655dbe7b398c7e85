using System.CommandLine;
using VolMgr.Arrays;

namespace VolMgr.Cli.Verbs;

/// <summary>
/// volmgr vm: the hypervisor of a lab with virtual disks. It keeps its locks: who may open what with and without the
/// multi-writer flag, and which operations that costs.
/// </summary>
internal sealed class VmVerb : IOwnerVerb
{
    private readonly MachineCommands machines = new();
    private readonly Argument<string> disk = new("DISK") { Description = "A virtual disk: full name of a LUN." };
    private readonly Argument<string> format = new("FORMAT") { Description = "thin, lazy or eager (zeroed thick)." };
    private readonly Argument<string> machine = new("MACHINE")
    {
        Description = "A host of the lab, or any other name.",
    };

    private readonly Argument<string> operation = new("OPERATION")
    {
        Description = string.Join(", ", VirtualDisks.OperationWords) + ".",
    };

    private readonly Argument<string> state = new("STATE") { Description = "on or off." };
    private readonly Option<string> on = new("--on")
    {
        Description = "The hypervisor host that the machine runs on.",
        HelpName = "ESX",
        DefaultValueFactory = _ => "esx1",
    };

    private readonly Option<string?> to = new("--to") { Description = "Where vmotion goes.", HelpName = "ESX" };
    private readonly Option<bool> multiWriter = new("--multi-writer") { Description = "With the multi-writer flag." };

    /// <inheritdoc/>
    public string Name => "vm";

    /// <inheritdoc/>
    public Command Define()
    {
        Command verb = DefineLocks();
        foreach (Command command in machines.All)
        {
            verb.Add(command);
        }

        return verb;
    }

    private Command DefineLocks() => new(Name, "The hypervisor: virtual disks, who has them open, what that forbids.")
    {
        new Command("list", "Virtual disks and who has them open; machines."),
        new Command("disk", "Say how the space of a virtual disk is provided.") { disk, format },
        new Command("attach", "A machine opens a disk; a host of the lab is shown it.")
        {
            disk, machine, on, multiWriter,
        },
        new Command("detach", "A machine closes a disk; a host of the lab is not shown it any more.")
        {
            disk, machine,
        },
        new Command("do", "Ask for an operation on a machine; what its disks forbid is refused by name.")
        {
            operation, machine, to,
        },
        new Command("enable-uuid", "Set disk.EnableUUID of a host; it goes by it from its next power-on.")
        {
            machine, state,
        },
    };

    /// <inheritdoc/>
    public async Task<int> RunAsync(OwnerVerbContext context)
    {
        if (await machines.RunAsync(context) is { } code)
        {
            return code;
        }

        VirtualDisks disks = Read(context);
        string? done = context.Parsed.CommandResult.Command.Name switch
        {
            "disk" => SetFormat(context, disks),
            "attach" => await AttachAsync(context, disks),
            "detach" => await DetachAsync(context, disks),
            "do" => await OperateAsync(context, disks),
            "enable-uuid" => await SetUuidAsync(context),
            _ => (disks.ToText() + MachineCommands.List(context)).TrimEnd('\n'),
        };
        await File.WriteAllTextAsync(context.Lab.VirtualMachinesFile, disks.ToText(), CancellationToken.None);
        await context.Out.WriteLineAsync(done.Length == 0 ? "there is no virtual disk" : done);
        return ExitCodes.Done;
    }

    /// <summary>What is known, with every virtual disk of the lab: thin where the LUN is, else eager-zeroed.</summary>
    private static VirtualDisks Read(OwnerVerbContext context)
    {
        VirtualDisks disks = new();
        string path = context.Lab.VirtualMachinesFile;
        disks.Load(File.Exists(path) ? File.ReadAllText(path) : "");
        foreach (LunTopology lun in context.Hosts.Topology.Arrays
            .Where(array => array.Kind == ArrayKinds.VirtualDisk).SelectMany(array => array.Luns)
            .Where(lun => !disks.Has(lun.Name)))
        {
            disks.Create(lun.Name, lun.IsThin ? VirtualDiskFormat.Thin : VirtualDiskFormat.EagerZeroedThick);
        }

        return disks;
    }

    private string SetFormat(OwnerVerbContext context, VirtualDisks disks)
    {
        string name = DiskOf(context, disks);
        string word = context.Parsed.GetRequiredValue(format);
        VirtualDiskFormat wanted = VirtualDisks.FormatOf(word) ?? throw UserErrorException.Usage(
            $"{word}: expected {string.Join(", ", VirtualDisks.FormatWords)}");
        disks.Create(name, wanted);
        return $"{name} is {word}";
    }

    private async Task<string> AttachAsync(OwnerVerbContext context, VirtualDisks disks)
    {
        string name = DiskOf(context, disks);
        string who = context.Parsed.GetRequiredValue(machine);
        if (disks.Open(name, who, context.Parsed.GetRequiredValue(on), context.Parsed.GetValue(multiWriter)) is { } why)
        {
            throw UserErrorException.Refused(why);
        }

        await ShowAsync(context, name, who, isPresented: true);
        return $"{who} has {name} open";
    }

    private async Task<string> DetachAsync(OwnerVerbContext context, VirtualDisks disks)
    {
        string name = DiskOf(context, disks);
        string who = context.Parsed.GetRequiredValue(machine);
        if (!disks.IsOpen(name, who))
        {
            throw UserErrorException.Refused($"{who} has not opened {name}; 'volmgr vm list' shows who has what");
        }

        disks.Close(name, who);
        await ShowAsync(context, name, who, isPresented: false);
        return $"{who} has closed {name}";
    }

    private async Task<string> OperateAsync(OwnerVerbContext context, VirtualDisks disks)
    {
        string word = context.Parsed.GetRequiredValue(operation);
        string who = context.Parsed.GetRequiredValue(machine);
        VirtualMachineOperation wanted = VirtualDisks.OperationOf(word) ?? throw UserErrorException.Usage(
            $"{word}: expected {string.Join(", ", VirtualDisks.OperationWords)}");
        string? target = context.Parsed.GetValue(to);
        if ((wanted == VirtualMachineOperation.VMotion) != (target is not null))
        {
            throw UserErrorException.Usage("--to belongs to vmotion, which needs it");
        }

        if (wanted == VirtualMachineOperation.StorageVMotion && context.Hosts.Topology.Estate.Machine(who) is not null)
        {
            throw UserErrorException.Refused(
                $"{who} is a machine of lab.yaml: 'volmgr vm migrate {who} --to DATASTORE' moves it");
        }

        if (disks.Try(wanted, who, target) is { } why)
        {
            throw UserErrorException.Refused(why);
        }

        if (context.Hosts.Topology.FindHost(who) is not null)
        {
            switch (wanted)
            {
                case VirtualMachineOperation.PowerOn:
                    await context.Hosts.BootAsync(who);
                    break;
                case VirtualMachineOperation.PowerOff:
                    await context.Hosts.ShutdownAsync(who);
                    break;
                default:
                    break; // what happens to the machine as a whole does not show inside
            }
        }

        return $"{who}: {word} is done";
    }

    private async Task<string> SetUuidAsync(OwnerVerbContext context)
    {
        string who = context.Hosts.Resolve(context.Parsed.GetRequiredValue(machine));
        string word = context.Parsed.GetRequiredValue(state);
        if (word is not ("on" or "off"))
        {
            throw UserErrorException.Usage($"{word}: expected on or off");
        }

        await context.Hosts.ChangeTopologyAsync(lab => lab with
        {
            Hosts = [.. lab.Hosts.Select(
                host => host.Name == who ? host with { EnablesDiskUuid = word == "on" } : host)],
        });
        string rest = context.Hosts.Running.Contains(who)
            ? "; it is up and goes by it after 'volmgr host shutdown' and its next boot" : "";
        return $"disk.EnableUUID of {who} is {word}{rest}";
    }

    private static async Task ShowAsync(OwnerVerbContext context, string name, string who, bool isPresented)
    {
        if (context.Hosts.Topology.FindHost(who) is not null)
        {
            await context.Hosts.ChangeTopologyAsync(lab => lab.WithLun(name, who, isPresented));
        }
    }

    private string DiskOf(OwnerVerbContext context, VirtualDisks disks)
    {
        string name = context.Parsed.GetRequiredValue(disk);
        return disks.Has(name)
            ? name
            : throw UserErrorException.Refused(
                $"{name}: there is no such virtual disk; LUNs of arrays of kind vmware are virtual disks");
    }
}
