using VolMgr.Arrays;
using VolMgr.Arrays.Estates;
using VolMgr.Blocks;
using VolMgr.Cli.Engine;
using VolMgr.Cli.Labs;
using VolMgr.Cli.Owner;
using VolMgr.Movers.Domains;
using VolMgr.Movers.Hypervisors;
using VolMgr.Movers.Moves;
using VolMgr.Nbd.Server;

namespace VolMgr.Cli.Estates;

/// <summary>What became of a migration of a domain.</summary>
/// <param name="Report">What the mover says.</param>
/// <param name="Found">What the domain found wrong after it, and what was compared.</param>
/// <param name="IsUsable">Whether the domain can go on.</param>
internal sealed record DomainOutcome(MoveReport Report, IReadOnlyList<string> Found, bool IsUsable);

/// <summary>
/// The control domains of a lab that is up: who has which domain, what stands against a migration, carrying it out and
/// recovering it. The memory of a domain is memory of this process, its programs write it as lab.yaml says.
/// </summary>
internal sealed class DomainMoves(LabPaths lab, LabHosts hosts, LabEstate estate, EngineServices engine)
{
    /// <summary>The largest memory of a domain that can be migrated while it runs.</summary>
    public const long LargestMemory = 1L << 30;

    private const string ExportFolder = "domain";
    private const int PageSize = 4096;

    /// <summary>The names of all disks that NBD clients can open: <c>domain/DOMAIN/DISK</c>.</summary>
    public IEnumerable<NbdExportName> Exports => hosts.Topology.Estate.Domains.SelectMany(domain => domain.Disks
        .Select(disk => new NbdExportName(
            $"{ExportFolder}/{domain.Name}/{disk.Name}", $"virtual disk {disk.Name} of domain {domain.Name}")));

    private DomainDisks Disks => new(lab, estate.Disks);

    /// <summary>Opens a disk for one NBD client, through the control domain that has it; null for none.</summary>
    public NbdExport? Open(string name) =>
        name.Split('/') is [ExportFolder, var who, var what]
        && hosts.Topology.Estate.Domain(who) is { } domain && Holders(domain) is [var holder]
        && domain.Disks.FirstOrDefault(disk => disk.Name == what) is { } disk
        && hosts.Topology.Estate.Control(holder)?.Find(disk.Service, disk.Volume) is { } volume
        && hosts.Topology.FindLun(volume.Lun) is { } lun && estate.Disks.OfLun(lun) is { } live
            ? new NbdExport
            {
                Name = name,
                Description = $"virtual disk {what} of domain {who}, {volume.Path} of {holder}",
                Device = new SharedDevice(live.Volume),
            }
            : null;

    /// <summary>The records of a migration of the domain that has not ended, or null.</summary>
    public DomainBook? Unfinished(string domain) => DomainBook.Unfinished(lab, hosts, engine, domain);

    /// <summary>The control domains that could run it.</summary>
    public IReadOnlyList<string> Holders(DomainTopology domain) =>
        Unfinished(domain.Name)?.Owners ?? [domain.Control];

    /// <summary>What is checked for a domain in its state, and what stands against its migration.</summary>
    public (IReadOnlyList<string> Rules, IReadOnlyList<MoveRefusal> Refusals) Check(
        string name, string to, bool trustsPaths)
    {
        (DomainTopology domain, ControlDomainTopology target) = Known(name, to);
        ControlDomainTopology source = ControlOf(domain.Control);
        LogicalDomain value = View(domain);
        return (
            DomainChecks.NamesFor(value.State, trustsPaths),
            DomainChecks.Check(value, View(source), View(target), trustsPaths));
    }

    /// <summary>Migrates a domain.</summary>
    public Task<DomainOutcome> MigrateAsync(
        string name, string to, DomainMigrationOptions options, CancellationToken interrupted) =>
        estate.RunAsync(name, to, async stopping =>
        {
            (DomainTopology domain, ControlDomainTopology target) = Known(name, to);
            ControlDomainTopology source = ControlOf(domain.Control);
            var book = new DomainBook(lab, hosts, engine, name, source.Name, target.Name);
            bool isActive = domain.State == DomainCondition.Active;
            IReadOnlyList<byte[]> known =
                isActive ? await Disks.KnownAsync(hosts.Topology, domain, source) : [];
            var migration = new DomainMigration(View(source), View(target), book, engine);
            GuestDisk[] disks = [.. domain.Disks.Select(disk => Disks.Find(hosts.Topology, source, disk))
                .Distinct()];
            options = options with { Cancel = stopping };
            OwnerLog.Write($"domain {name} is migrated to {to}");
            (MoveReport report, string? memory) = isActive
                ? await RunAsync(migration, domain, disks, options)
                : (await migration.RunAsync(new RunningDomain(View(domain), null, disks), null, options), null);
            bool isSettled = await book.SettleAsync();
            OwnerLog.Write($"domain {name}: {report.Result.ToString().ToLowerInvariant()} {report.Reason}");
            List<string> found = memory is null || report.Result == MoveResult.Refused ? [] : [memory];
            IReadOnlyList<string> wrong = isActive && report.Result == MoveResult.Moved
                ? await Disks.FirstReadsAsync(hosts.Topology, domain, target, known) : [];
            found.AddRange(wrong.Count == 0 ? []
                : [.. wrong, "next: migrate it back, or export the storage that it had"]);
            found.AddRange(isSettled ? [] : [$"{book.Words}; run 'volmgr domain recover {name}'"]);
            return new DomainOutcome(report, found, isSettled && wrong.Count == 0);
        }, interrupted);

    /// <summary>Ends a migration that a crash has cut: exactly one control domain has it then.</summary>
    /// <returns>Who has it; null when there was nothing to recover.</returns>
    public async Task<string?> RecoverAsync(string name)
    {
        if (Unfinished(name) is not { } book)
        {
            return null;
        }

        return await DomainRecovery.RunAsync(book) && await book.SettleAsync()
            ? hosts.Topology.Estate.Domain(name)?.Control
            : throw UserErrorException.Refused($"{name}: a record could not be written ({book.Words}); recover again");
    }

    /// <summary>Starts, stops, binds or unbinds a domain. Starting it reads its disks first.</summary>
    public Task SetStateAsync(string name, DomainCondition state) =>
        estate.RunAsync(name, "another state", async _ =>
        {
            (DomainTopology domain, ControlDomainTopology control) = Known(name, null);
            if (state == DomainCondition.Active && domain.State != state)
            {
                await Disks.StartAsync(hosts.Topology, domain, control);
            }

            return hosts.Record(topology => topology with
            {
                Estate = topology.Estate with
                {
                    Domains = [.. topology.Estate.Domains.Select(
                        each => each.Name == name ? each with { State = state } : each)],
                },
            });
        }, CancellationToken.None);

    private async Task<(MoveReport Report, string Memory)> RunAsync(
        DomainMigration migration, DomainTopology domain, IReadOnlyList<GuestDisk> disks,
        DomainMigrationOptions options)
    {
        if (domain.Memory is > LargestMemory or < PageSize)
        {
            throw UserErrorException.Refused($"{domain.Name} has {domain.Memory} bytes of memory; while it runs, a "
                + $"domain of {PageSize} to {LargestMemory} bytes can be migrated here: stop it, or write less");
        }

        // The programs of one domain take turns; what they wait for does not.
        EngineServices turns = engine with
        {
            Compute = new ConcurrentExclusiveSchedulerPair(engine.Compute).ExclusiveScheduler,
        };
        var content = new MemoryDevice(domain.Memory);
        await GuestWorkload.FillAsync(content, PageSize);
        await using var memory = new GuestDisk("memory", domain.Control, content, engine);
        var programs = new GuestWorkload(
            memory.Volume, new WorkloadOptions(Math.Max(domain.DirtyRate, 1), PageSize, 1) { LosesTime = true }, turns);
        Task work = domain.DirtyRate > 0 ? turns.StartAsync(programs.RunAsync) : Task.CompletedTask;
        MoveReport report = await migration.RunAsync(
            new RunningDomain(View(domain), memory, disks), new MemoryDevice(domain.Memory), options);
        programs.End();
        await work;
        long lost = await turns.StartAsync(() => programs.CountLostAsync(memory.Device));
        return (report, lost == 0 && programs.Failures == 0
            ? $"memory compared: {programs.Operations} operations of its programs, none lost"
            : $"memory compared: {lost} pages lost, {programs.Failures} operations failed");
    }

    private (DomainTopology Domain, ControlDomainTopology Target) Known(string name, string? to)
    {
        DomainTopology domain = hosts.Topology.Estate.Domain(name) ?? throw UserErrorException.Refused(
            $"there is no domain {name}; 'volmgr domain list' shows them");
        if (Unfinished(name) is { } book)
        {
            throw UserErrorException.Refused(
                estate.WhereTo(name) is { } where && where != to
                    ? $"{name} is on its way to {where}"
                    : $"a migration of {name} has not ended: {book.Words}; run 'volmgr domain recover {name}'");
        }

        return to == domain.Control
            ? throw UserErrorException.Refused($"{name} is on {to} already; choose another control domain")
            : (domain, ControlOf(to ?? domain.Control));
    }

    private ControlDomainTopology ControlOf(string name) =>
        hosts.Topology.Estate.Control(name) ?? throw UserErrorException.Refused(
            $"there is no control domain {name}; 'volmgr domain list' shows them");

    private static LogicalDomain View(DomainTopology domain) => new(
        domain.Name,
        domain.State switch
        {
            DomainCondition.Active => DomainState.Active,
            DomainCondition.Bound => DomainState.Bound,
            DomainCondition.Inactive => DomainState.Inactive,
        },
        domain.Memory)
    {
        Processors = domain.Processors,
        Switches = domain.Switches,
        ClusterStorage = domain.ClusterStorage,
        Disks = [.. domain.Disks.Select(disk => new DomainDisk(disk.Name, disk.Service, disk.Volume))],
    };

    private ControlDomain View(ControlDomainTopology control)
    {
        LabTopology topology = hosts.Topology;
        DomainTopology[] here = [.. topology.Estate.Domains.Where(domain => domain.Control == control.Name)];
        DomainTopology[] bound = [.. here.Where(domain => domain.State != DomainCondition.Inactive)];
        return new ControlDomain(
            control.Name, control.Memory - bound.Sum(domain => domain.Memory),
            control.Processors - bound.Sum(domain => domain.Processors))
        {
            Processor = control.ProcessorKind,
            Cluster = control.Cluster,
            Switches = control.Switches,
            Domains = [.. here.Select(domain => domain.Name)],
            Exports = control.Volumes.ToDictionary(
                volume => $"{volume.Service}/{volume.Name}",
                volume => new BackEnd(volume.Path, topology.UdidOf(volume.Lun)), StringComparer.Ordinal),
        };
    }
}
