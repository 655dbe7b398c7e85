using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Layout;

namespace VolMgr.Volumes.Tests.Layout;

/// <summary>A group of disks on enclosures, and short words for what tests do with it. Every step checks the
/// configuration.</summary>
internal sealed class TestGroup
{
    public const long MiB = 1 << 20;

    private readonly Dictionary<RecordId, DiskSite> sites = [];

    private TestGroup(GroupConfiguration configuration) => Configuration = configuration;

    public GroupConfiguration Configuration { get; private set; }

    public IReadOnlyList<DiskSite> Sites => [.. sites.Values];

    /// <summary>Disks <c>name@enclosure:MiB</c>, such as <c>d1@emc0:100</c>.</summary>
    public static TestGroup Of(params string[] disks) => Of(200, disks);

    public static TestGroup Of(int version, params string[] disks)
    {
        TestGroup group = new(new GroupConfiguration
        {
            Group = new DiskGroupRecord { Name = "datadg", GroupId = "1.1.host1", Version = version },
        });
        foreach (string disk in disks)
        {
            group.AddDisk(disk);
        }

        return group;
    }

    public void AddDisk(string text)
    {
        string[] parts = text.Split('@', ':');
        (Configuration, RecordId id) = Done(VolumeOperations.AddDisk(Configuration, new DiskRequest
        {
            Name = parts[0],
            DeviceName = $"{parts[1]}_{parts[0]}",
            DiskId = $"id.{parts[0]}",
            PublicLength = long.Parse(parts[2]) * MiB,
            PrivateLength = MiB,
        }));
        sites[id] = new DiskSite(id, $"{parts[1]}_{parts[0]}", parts[1], parts[1] == "emc0" ? ["c2"] : ["c3"], true);
    }

    public void SetUsable(string disk, bool isUsable)
    {
        RecordId id = Disk(disk).Id;
        sites[id] = sites[id] with { IsUsable = isUsable };
    }

    public DiskRecord Disk(string name) => Configuration.FindDisk(name) ?? throw new KeyNotFoundException(name);

    public VolumeRecord Volume(string name) => Configuration.FindVolume(name) ?? throw new KeyNotFoundException(name);

    public PlexRecord Plex(string name) => Configuration.FindPlex(name) ?? throw new KeyNotFoundException(name);

    /// <summary>The subdisks of a plex as <c>disk offset+length</c> in MiB, column in front where striped.</summary>
    public IReadOnlyList<string> Shape(string plex) =>
        [.. Configuration.SubdisksOf(Plex(plex).Id).Select(subdisk =>
            (Plex(plex).Layout == PlexLayout.Stripe ? $"{subdisk.Column}/" : "")
            + $"{Configuration.Disks[subdisk.DiskId].Name} {Units(subdisk.DiskOffset)}+{Units(subdisk.Length)}")];

    /// <summary>Kernel and utility state as listings print them, with WO where write-only.</summary>
    public string State(string plex) => Text(Plex(plex));

    public string VolumeState(string volume) =>
        $"{Volume(volume).KernelState}/{Volume(volume).State}".ToUpperInvariant();

    public void Create(VolumeRequest request) =>
        Configuration = Done(
            VolumeOperations.CreateVolume(Configuration, request with { Sites = Sites })).Configuration;

    public void Create(string name, long mib, int mirrors = 1, VolumeInit init = VolumeInit.Active) =>
        Create(new VolumeRequest { Name = name, Length = mib * MiB, MirrorCount = mirrors, Init = init });

    public string Mirror(string volume, params string[] storage)
    {
        PlexAttach attach = Done(TryMirror(volume, storage));
        Configuration = attach.Configuration;
        return Configuration.Plexes[attach.PlexId].Name;
    }

    public Outcome<PlexAttach> TryMirror(string volume, params string[] storage) =>
        VolumeOperations.AddMirror(Configuration, new MirrorRequest
        {
            Volume = volume,
            Storage = Storage(storage),
            Sites = Sites,
        });

    public VolumeStart Start(string volume)
    {
        VolumeStart start = Done(VolumeOperations.StartVolume(Configuration, Volume(volume).Id, Sites));
        Configuration = start.Configuration;
        return start;
    }

    /// <summary>The host goes down and the group is imported again.</summary>
    public void Crash() => Accept(VolumeOperations.AfterImport(Configuration));

    public void Accept(GroupConfiguration configuration)
    {
        Assert.Empty(ConfigurationChecks.Validate(configuration));
        Configuration = configuration;
    }

    public void Accept(Outcome<GroupConfiguration> outcome) => Accept(Done(outcome));

    public void Edit(ObjectRecord record) => Configuration = Configuration.With(record);

    public static StorageSpecification Storage(params string[] operands) =>
        Done(StorageSpecification.Parse(operands));

    public static T Done<T>(Outcome<T> outcome)
    {
        Assert.True(outcome.IsDone, outcome.Refusal?.Message);
        if (outcome.Value is GroupConfiguration configuration)
        {
            Assert.Empty(ConfigurationChecks.Validate(configuration));
        }

        return outcome.Value;
    }

    public static Refusal Refused<T>(Outcome<T> outcome, ErrorCode code)
    {
        Assert.NotNull(outcome.Refusal);
        Assert.Equal(code, outcome.Refusal.Code);
        return outcome.Refusal;
    }

    private static string Text(PlexRecord plex) =>
        $"{plex.KernelState}/{VolMgr.Volumes.States.StateNames.Text(plex.State)}".ToUpperInvariant()
        + (plex.Mode == PlexMode.WriteOnly ? " WO" : "");

    private static string Units(long bytes) => bytes % MiB == 0 ? $"{bytes / MiB}" : $"{bytes / 1024}k";
}
