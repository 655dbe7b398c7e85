using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.OnDisk;

namespace VolMgr.Volumes.Tests.OnDisk;

/// <summary>A small vocabulary for tests of groups on disks: initialised disks, a first configuration,
/// import.</summary>
internal sealed class TestGroup
{
    public const string Host = "host1";
    public const string GroupId = "1741211310.10.host1";
    public const long PrivateLength = PrivateRegion.MinimumLength;
    public const long DiskLength = 4L << 20;

    public EngineServices Engine { get; } = TestEngine.Create();

    public static string DiskIdOf(int index) => $"1741211309.{index}.host1";

    /// <summary>Initialised disks, numbered from 1.</summary>
    public async Task<IReadOnlyList<CrashDisk>> InitializeAsync(int count)
    {
        var disks = new List<CrashDisk>();
        for (int index = 1; index <= count; index++)
        {
            disks.Add(await InitializeOneAsync(index));
        }

        return disks;
    }

    public async Task<CrashDisk> InitializeOneAsync(int index)
    {
        var disk = new CrashDisk(DiskLength);
        var options = new VmDiskOptions
        {
            DeviceName = $"emc0_{index}",
            DiskId = DiskIdOf(index),
            Udid = $"EMC%5FSYMMETRIX%5F000{index}",
            PrivateLength = PrivateLength,
        };
        Outcome<DiskHeader> header = await VmDisk.InitializeAsync(disk, options, Engine, CancellationToken.None);
        Assert.Null(header.Refusal);
        return disk;
    }

    /// <summary>The disks that carry the header of a group, or all with a valid header.</summary>
    public static async Task<IReadOnlyList<GroupDisk>> ScanAsync(IReadOnlyList<CrashDisk> disks, bool inGroup)
    {
        var found = new List<GroupDisk>();
        foreach (CrashDisk disk in disks)
        {
            DiskHeaderReading reading = await VmDisk.ReadAsync(disk, CancellationToken.None);
            if (reading.Header is DiskHeader header && (!inGroup || header.GroupId.Length > 0))
            {
                found.Add(new GroupDisk($"emc0_{header.DiskId.Split('.')[1]}", disk, header));
            }
        }

        return found;
    }

    /// <summary>A group of those disks with one volume on the first.</summary>
    public static GroupConfiguration Configuration(IEnumerable<GroupDisk> disks)
    {
        var configuration = new GroupConfiguration
        {
            Group = new DiskGroupRecord { Name = "datadg", GroupId = GroupId },
        };
        foreach (GroupDisk disk in disks)
        {
            configuration = WithDisk(configuration, disk);
        }

        return WithVolume(configuration, "vol01");
    }

    public static GroupConfiguration WithDisk(GroupConfiguration configuration, GroupDisk disk)
    {
        (configuration, RecordId id) = configuration.TakeId();
        return configuration.With(new DiskRecord
        {
            Id = id,
            Name = $"datadg0{disk.Header.DiskId.Split('.')[1]}",
            DiskId = disk.Header.DiskId,
            LastDeviceName = disk.DeviceName,
            PublicLength = disk.Header.PublicLength,
            PrivateLength = disk.Header.PrivateLength,
        });
    }

    /// <summary>Adds a volume of 8 KiB on the first disk, behind what is there.</summary>
    public static GroupConfiguration WithVolume(GroupConfiguration configuration, string name)
    {
        DiskRecord disk = configuration.Disks.Values.First();
        IReadOnlyList<SubdiskRecord> before = configuration.SubdisksOn(disk.Id);
        (configuration, RecordId volume) = configuration.TakeId();
        (configuration, RecordId plex) = configuration.TakeId();
        (configuration, RecordId subdisk) = configuration.TakeId();
        return configuration
            .With(new VolumeRecord { Id = volume, Name = name, Length = 8192, State = VolumeState.Clean })
            .With(new PlexRecord { Id = plex, Name = $"{name}-01", VolumeId = volume, State = PlexState.Clean })
            .With(new SubdiskRecord
            {
                Id = subdisk,
                Name = $"{disk.Name}-{before.Count + 1:D2}",
                DiskId = disk.Id,
                DiskOffset = before.Count * 8192,
                Length = 8192,
                PlexId = plex,
            });
    }

    /// <summary>Sets the comment of the volume: the smallest change.</summary>
    public static Outcome<GroupConfiguration> Comment(GroupConfiguration configuration, string text) =>
        configuration.With(configuration.FindVolume("vol01")! with { Comment = text });

    public async Task<ConfigurationStore> CreateAsync(IReadOnlyList<CrashDisk> disks)
    {
        IReadOnlyList<GroupDisk> members = await ScanAsync(disks, inGroup: false);
        Outcome<ConfigurationStore> store = await ConfigurationStore.CreateAsync(
            Configuration(members), members, new StoreOptions { HostId = Host }, Engine);
        Assert.Null(store.Refusal);
        return store.Value;
    }

    public async Task<Outcome<ConfigurationStore>> TryImportAsync(
        IReadOnlyList<CrashDisk> disks,
        string host = Host,
        bool force = false,
        bool clear = false,
        string? newName = null,
        bool temporary = false) => await ConfigurationStore.ImportAsync(
            await ScanAsync(disks, inGroup: true),
            new ImportOptions
            {
                HostId = host,
                Group = "datadg",
                Force = force,
                ClearHostLock = clear,
                NewName = newName,
                IsTemporary = temporary,
            },
            Engine);

    public async Task<ConfigurationStore> ImportAsync(
        IReadOnlyList<CrashDisk> disks, string host = Host, bool force = false)
    {
        Outcome<ConfigurationStore> store = await TryImportAsync(disks, host, force);
        Assert.Null(store.Refusal);
        return store.Value;
    }

    public static string CommentOf(ConfigurationStore store) => store.Current.FindVolume("vol01")!.Comment;
}
