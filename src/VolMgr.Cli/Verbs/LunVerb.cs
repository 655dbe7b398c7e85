using System.CommandLine;
using VolMgr.Arrays;

namespace VolMgr.Cli.Verbs;

/// <summary>volmgr lun: shows a LUN to hosts, or hides it from them, as the array's administrator does.</summary>
internal sealed class LunVerb : IOwnerVerb
{
    private readonly Argument<string> lun = new("LUN") { Description = "Full name, such as emc0/01f4." };
    private readonly Option<string> host = new("--host")
    {
        Description = "Only this host; every host where it is left out.",
        HelpName = "HOST",
    };

    /// <inheritdoc/>
    public string Name => "lun";

    /// <inheritdoc/>
    public Command Define() => new(
        Name, "Present LUNs to hosts. A host sees the change with its next 'vxdisk scandisks'.")
    {
        new Command("present", "Let hosts see a LUN.") { lun, host },
        new Command("pools", "The pools of the arrays, with what is taken of them."),
        new Command("unpresent", "Hide a LUN from hosts; what they send to it from then on fails.") { lun, host },
    };

    /// <inheritdoc/>
    public Task<int> RunAsync(OwnerVerbContext context) =>
        context.Parsed.CommandResult.Command.Name == "pools" ? PoolsAsync(context) : PresentAsync(context);

    /// <summary>Shows pools: size, what is taken, what thin LUNs were promised.</summary>
    private static async Task<int> PoolsAsync(OwnerVerbContext context)
    {
        await (await context.BootHostAsync()).Devices.LearnPoolsAsync();
        LabTopology lab = context.Hosts.Topology;
        await context.Out.WriteLineAsync($"{"POOL",-20} {"SIZE",10} {"TAKEN",10} {"PROMISED",10} {"UNIT",6} WHEN FULL");
        foreach (ArrayTopology array in lab.Arrays)
        {
            foreach (PoolTopology pool in array.Pools)
            {
                long taken = context.Hosts.Arrays.PoolUsage(lab, array.Name, pool.Name) ?? 0;
                long promised = array.Luns.Where(each => each.Pool == pool.Name).Sum(each => each.Size);
                await context.Out.WriteLineAsync(
                    $"{array.Name + "/" + pool.Name,-20} {Size(pool.Size),10} {Size(taken),10} {Size(promised),10} "
                    + $"{Size(pool.Unit),6} {pool.WhenFull.ToString().ToLowerInvariant()}");
            }
        }

        return ExitCodes.Done;
    }

    private static string Size(long bytes) => bytes % (1 << 20) == 0 ? $"{bytes >> 20}m" : $"{bytes >> 10}k";

    private async Task<int> PresentAsync(OwnerVerbContext context)
    {
        string lunName = context.Parsed.GetRequiredValue(lun);
        string? hostName = context.Parsed.GetValue(host) is { } named ? context.Hosts.Resolve(named) : null;
        bool isPresented = context.Parsed.CommandResult.Command.Name == "present";
        LabTopology topology = context.Hosts.Topology;
        if (topology.FindLun(lunName) is null)
        {
            string names = string.Join(", ", topology.Luns.Select(each => each.Name));
            throw UserErrorException.Refused($"lab {context.Lab.Root} has no LUN {lunName}; it has {names}");
        }

        if (topology.Hosts.SequenceEqual(topology.WithLun(lunName, hostName, isPresented).Hosts))
        {
            await context.Out.WriteLineAsync($"LUN {lunName} is {(isPresented ? "presented" : "hidden")} already");
            return ExitCodes.Done;
        }

        await context.Hosts.ChangeTopologyAsync(current => current.WithLun(lunName, hostName, isPresented));
        string whom = hostName is null ? "every host" : $"host {hostName}";
        await context.Out.WriteLineAsync(
            isPresented ? $"LUN {lunName} is presented to {whom}" : $"LUN {lunName} is hidden from {whom}");
        return ExitCodes.Done;
    }
}
