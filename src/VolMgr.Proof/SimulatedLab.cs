using VolMgr.Arrays;
using VolMgr.Blocks;
using VolMgr.Proof.Crashes;
using VolMgr.Proof.Histories;
using VolMgr.Simulation;
using VolMgr.Volumes;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Hosts;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Layout;
using VolMgr.Volumes.OnDisk;

namespace VolMgr.Proof;

/// <summary>
/// A whole host with its arrays under one seed: the topology of the migration template with small poisoned disks, one
/// group on all of them, one volume. Hosts crash, disks do not: they only lose what was not flushed.
/// </summary>
/// <remarks>
/// Each boot has its own fence in front of the disks. A crash cuts it first, so that what the dead host still runs,
/// runs
/// into nothing, and then takes a seeded part of the unflushed sectors.
/// </remarks>
internal sealed class SimulatedLab : ILunOpener
{
    public const string VolumeName = "vol01";

    public const string GroupName = "datadg";

    /// <summary>A step of a copy: small, so that a small volume has many.</summary>
    public const int CopyStep = 16 * 1024;

    /// <summary>Bytes of a region of a detach map: half a step of a copy.</summary>
    private const int TrackedRegion = CopyStep / 2;

    private const string HostName = "host1";
    private const long LunSize = 8L << 20;
    private const long PrivateLength = 1L << 20;
    private const int LunsPerArray = 3;

    private MemoryHostFiles files = new();
    private readonly SortedDictionary<string, SimulatedDisk> disks = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (SimulatedDisk Disk, long PublicOffset)> places = new(StringComparer.Ordinal);
    private readonly List<FencedDevice> fences = [];
    private readonly Dictionary<string, DiskHeader> headers = new(StringComparer.Ordinal);
    private readonly Simulator simulator;
    private readonly LabShape shape;
    private readonly JitteredSteps steps;
    private readonly bool ignoresFlush;
    private VolumeHost? host;

    /// <summary>A lab with nothing set up.</summary>
    public SimulatedLab(Simulator simulator, LabShape shape, JitteredSteps steps, bool ignoresFlush)
    {
        this.simulator = simulator;
        this.shape = shape;
        this.steps = steps;
        this.ignoresFlush = ignoresFlush;
        Volumes = [.. Enumerable.Range(1, shape.VolumeCount).Select(number => $"vol{number:00}")];
        Feeds = new HistoryFeeds([.. Volumes.Select(volume => new HistoryFeed(
            this, volume, shape.LengthKib * 1024 / Stamp.SectorSize, seesClientsOnly: shape.IsLayered))]);
        steps.Watch(this, shape.HoldsEverywhere);
    }

    /// <summary>What happens to each volume, and whether it may.</summary>
    public HistoryFeeds Feeds { get; }

    /// <summary>What happens to the first volume.</summary>
    public HistoryFeed Feed => Feeds.Of(VolumeName)
        ?? throw new ProofViolationException("the first volume has no history");

    /// <summary>The names of the volumes.</summary>
    public IReadOnlyList<string> Volumes { get; }

    /// <summary>The closed world.</summary>
    public Simulator Simulator => simulator;

    /// <summary>What the volume is like.</summary>
    public LabShape Shape => shape;

    /// <summary>How often the host went down: who began under another number is dead.</summary>
    public int Boot { get; private set; }

    /// <summary>The host that is up.</summary>
    public VolumeHost Host => host ?? throw new ProofViolationException("the host is not up");

    /// <summary>The group; imported at each boot.</summary>
    public DiskGroup Group => Host.FindGroup(GroupName)
        ?? throw new ProofViolationException($"the disk group was not imported at boot: {HostLog}");

    /// <summary>The last lines of the host's log.</summary>
    public string HostLog => string.Join(
        " | ", (files.Read("var/log/messages") ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(3));

    /// <summary>A volume, or null while it is not started.</summary>
    public VolumeDevice? FindVolume(string volume) => host?.FindGroup(GroupName)?.OpenVolume(volume);

    /// <summary>Whether the group is imported: not while the host goes down.</summary>
    public bool HasGroup => host?.FindGroup(GroupName) is not null;

    /// <summary>Who is told what happens, or null.</summary>
    public Action<string>? Trace
    {
        get;
        init
        {
            field = value;
            foreach (string volume in Volumes)
            {
                if (value is not null && Feeds.Of(volume) is { } feed)
                {
                    string place = Volumes.Count == 1 ? "" : volume + ": ";
                    feed.History.Observer = happened => TellEvent(value, place, happened);
                }
            }
        }
    }

    /// <summary>The LUNs by name.</summary>
    public IReadOnlyDictionary<string, SimulatedDisk> Disks => disks;

    /// <summary>Options of every copy.</summary>
    public CopyOptions Copy =>
        new() { IoSize = CopyIoSize, Workers = shape.Workers, CheckpointBytes = 2 * CopyIoSize };

    /// <summary>A step of a copy.</summary>
    public int CopyIoSize { get; init; } = CopyStep;

    /// <summary>How the disks behave.</summary>
    public SimulatedDiskOptions DiskOptions { get; init; } = new() { IsPoisoned = true };

    /// <summary>Where the writes of all disks are noted, or null.</summary>
    public WriteLog? Log { get; init; }

    /// <inheritdoc/>
    public IBlockDevice Open(LunTopology lun)
    {
        if (!disks.TryGetValue(lun.Name, out SimulatedDisk? disk))
        {
            disk = new SimulatedDisk(simulator, lun.Size, DiskOptions with { Name = lun.Name });
            disks.Add(lun.Name, disk);
        }

        FencedDevice fence = new(Log?.Over(disk, lun.Name) ?? disk, lun.Name, Feeds, ignoresFlush);
        fences.Add(fence);
        return fence;
    }

    /// <summary>Boots for the first time and makes the group and the volume; everything reads as zeroes.</summary>
    public async Task SetUpAsync()
    {
        await BootAsync();
        List<(string Media, string Device)> members = [];
        foreach (DiskDevice disk in Host.Disks)
        {
            Done(await Host.InitializeDiskAsync(
                disk.Name, new DiskInitializeRequest { PrivateLength = PrivateLength }));
            DiskHeader header = Host.FindDisk(disk.Name)?.Header
                ?? throw new ProofViolationException("an initialised disk has no header");
            headers[disk.Node.LunName] = header;
            places.Add(header.DiskId, (disks[disk.Node.LunName], header.PublicOffset));
            members.Add(($"dg{members.Count + 1:00}", disk.Name));
        }

        Outcome<DiskGroup> created = await Host.CreateGroupAsync(GroupName, members, new GroupCreateRequest());
        Done(created.IsDone ? Outcome.Done : created.Refusal);
        foreach (string volume in Volumes)
        {
            await CreateVolumeAsync(volume);
        }

        await Feeds.BeginAsync();
    }

    /// <summary>Boots the host; recovery goes on in the background.</summary>
    public async Task BootAsync()
    {
        LabTopology topology = LabTemplates.Build(
            LabTemplates.Migration, new LabTemplateOptions(LunsPerArray, LunSize))
            ?? throw new ProofViolationException("there is no such template");
        int boot = Boot;
        VolumeHost up = await VolumeHost.BootAsync(
            new VolumeHostOptions
            {
                Name = HostName,
                Devices = new HostDevices(topology, HostName, this, files, simulator.Engine),
                Files = files,
                Engine = simulator.Engine,
                Copy = Copy,
                Steps = steps,
            },
            CancellationToken.None);
        if (boot == Boot)
        {
            host = up; // one that died while it booted is nobody's
        }
    }

    /// <summary>The disks write out their caches.</summary>
    public void Destage()
    {
        foreach (SimulatedDisk disk in disks.Values)
        {
            disk.Destage();
        }
    }

    /// <summary>The host is dead at once, and the disks lose a seeded part of what was not flushed.</summary>
    public void Crash()
    {
        Cut();
        Feeds.Crash();
        foreach (SimulatedDisk disk in disks.Values)
        {
            LoseHanging(disk);
            disk.PowerFail();
        }
    }

    /// <summary>The host is dead at once; of what was not flushed survives what the caller keeps.</summary>
    public void Crash(Func<SimulatedDisk, UnflushedSector, bool> keep)
    {
        Cut();
        Feeds.Crash();
        foreach (SimulatedDisk disk in disks.Values)
        {
            LoseHanging(disk);
            disk.PowerFail(sector => keep(disk, sector));
        }
    }

    /// <summary>The same lab with a dead host and empty disks.</summary>
    public void Restore(SimulatedLab other, MemoryHostFiles hostFiles)
    {
        files = hostFiles;
        Boot = other.Boot + 1;
        foreach ((string lun, SimulatedDisk disk) in other.disks)
        {
            disks.Add(lun, new SimulatedDisk(simulator, disk.Length, DiskOptions with { Name = lun }));
            headers[lun] = other.headers[lun];
        }

        foreach ((string id, (SimulatedDisk disk, long publicOffset)) in other.places)
        {
            places.Add(id, (disks[disk.Name], publicOffset));
        }
    }

    /// <summary>The host's files as they are now.</summary>
    public MemoryHostFiles CopyFiles() => files.Copy();

    /// <summary>The disk that a disk record stands for, and where its public region begins, whether or not the host
    /// reaches
    /// it.</summary>
    public (SimulatedDisk Disk, long PublicOffset) Find(DiskRecord record) => places[record.DiskId];

    /// <summary>The header that a LUN was initialised with, or null.</summary>
    public DiskHeader? HeaderOf(string lun) => headers.GetValueOrDefault(lun);

    /// <summary>Tells what happens, with the virtual time.</summary>
    public void Tell(string what)
    {
        simulator.Note(what);
        Trace?.Invoke($"{simulator.Elapsed.TotalMilliseconds,10:F3} ms  {what}");
    }

    private async Task CreateVolumeAsync(string volume)
    {
        Done(await Group.CreateVolumeAsync(new VolumeRequest
        {
            Name = volume,
            Length = shape.LengthKib * 1024L,
            Layout = shape.Layout,
            ColumnCount = shape.Layout == PlexLayout.Stripe ? 2 : null,
            StripeUnit = 32 * 1024,
            MirrorCount = shape.IsLayered ? 2 : shape.MirrorCount,
            Log = shape.HasLog && !shape.IsLayered ? LogKind.DirtyRegion : LogKind.None,
            Init = VolumeInit.Zero,
        }));
        if (shape.IsLayered)
        {
            Done(await Group.ConvertVolumeAsync(volume, isLayered: true));
        }

        if (shape.HasDco)
        {
            Done(await Group.PrepareAsync(new DcoRequest { Volume = volume, RegionSize = TrackedRegion }));
        }
    }

    private void TellEvent(Action<string> tell, string place, HistoryEvent happened)
    {
        if (EventText.Of(happened) is { } line)
        {
            tell($"{simulator.Elapsed.TotalMilliseconds,10:F3} ms      {place}{line}");
        }
    }

    private static void Done(Outcome outcome)
    {
        if (!outcome.IsDone)
        {
            throw new ProofViolationException($"setting up was refused: {outcome.Refusal.Message}");
        }
    }

    /// <summary>What a dead host had hanging is not done later.</summary>
    private static void LoseHanging(SimulatedDisk disk)
    {
        foreach (Fault fault in disk.Faults.Faults.Where(fault => fault.Rule.Hangs))
        {
            disk.Faults.Release(fault, IoStatus.NotReachable);
            disk.Faults.Remove(fault);
        }
    }

    private void Cut()
    {
        foreach (FencedDevice fence in fences)
        {
            fence.Cut();
        }

        fences.Clear();
        Boot++;
        host = null;
    }
}
