using VolMgr.Commands.Views;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Hosts;
using VolMgr.Volumes.OnDisk;

namespace VolMgr.Commands.Tests.Listings;

/// <summary>
/// A group with one of everything: a mirror that is being built, a stripe, a log, a long name, a dissociated plex and
/// subdisk, a failed and a removed disk. And the host that it is imported on.
/// </summary>
internal static class SampleGroup
{
    private const long Sector = 512;

    public static GroupView View { get; } = Build();

    public static HostView Host { get; } = new()
    {
        HostName = "host1",
        Groups = [View],
        Devices =
        [
            Disk("emc0_01f4", "datadg01", 1, isThin: false),
            Device("emc0_01f6", DeviceStatus.Error),
            Disk("pure0_0012", "datadg02", 2, isThin: true),
            Device("pure0_0013", DeviceStatus.OnlineInvalid),
            Device("verclus01_disk_0", DeviceStatus.Online) with
            {
                Header = Header("1741211309.30.host2", "1741211310.31.host2", "archdg", "host2"),
                GroupName = "archdg",
                GroupId = "1741211310.31.host2",
            },
        ],
        Enclosures =
        [
            new EnclosureView("disk", "Disk", "DISKS", true, "Disk", 1, "5.26"),
            new EnclosureView("emc0", "EMC", "000190300123", true, "A/A", 14, "5978"),
            new EnclosureView("other_disks", "OTHER_DISKS", "OTHER_DISKS", true, "OTHER_DISKS", 2, "-"),
            new EnclosureView("pp_emc_xtremio0", "PP_EMC_XtremIO", "e9cc000", false, "A/A", 2, "6.3.4"),
        ],
        Tasks =
        [
            Copy(162, 10485760, 1555072) with { Tag = "mig1" },
            Copy(163, 4194304, 4194304) with
            {
                Type = "RDWRBACK",
                State = 'P',
                Operation = "VOLSTART",
                Plex = "",
                Volume = "appvol",
                SlowMs = 250,
            },
            Copy(170, 4, 0) with
            {
                Type = "PARENT",
                Operation = "VXRECOVER",
                Volume = "",
                Plex = "",
                ActiveChildren = 1,
                End = 4,
            },
            Copy(171, 2097152, 44032) with { ParentId = 170, Volume = "logvol", Plex = "logvol-02" },
        ],
    };

    private static TaskView Copy(int id, long end, long current) => new()
    {
        Id = id,
        Type = "ATCOPY",
        State = 'R',
        Operation = "PLXATT",
        Volume = "datavol",
        Plex = "datavol-02",
        Group = "datadg",
        End = end * Sector,
        Current = current * Sector,
        WorkTime = TimeSpan.FromSeconds(35),
        Remaining = end > current && current > 0
            ? TimeSpan.FromSeconds(35) * ((end - current) / (double)current) : null,
        Started = new DateTimeOffset(2025, 11, 22, 10, 11, 12, TimeSpan.Zero),
    };

    private static DiskHeader Header(string disk, string groupId, string group, string host) => new()
    {
        DiskId = disk,
        GroupId = groupId,
        GroupName = group,
        HostId = host,
        Udid = "udid",
        Guid = new Guid("152eec38-93ad-11e6-80d3-07cae64cc4ec"),
        PrivateLength = 65536 * Sector,
        PublicOffset = 65792 * Sector,
        PublicLength = 20905632 * Sector,
        CreatedUnix = 1741633149,
        Sequence = 15,
    };

    private static DeviceView Disk(string name, string media, int number, bool isThin) =>
        Device(name, DeviceStatus.Online) with
        {
            Header = Header($"1741211309.{number}.host1", "1741211310.10.host1", "datadg", "host1"),
            GroupName = "datadg",
            GroupId = "1741211310.10.host1",
            IsImported = true,
            DiskMediaName = media,
            HoldsConfiguration = true,
            IsThin = isThin,
        };

    private static DeviceView Device(string name, DeviceStatus status) => new()
    {
        Name = name,
        Status = status,
        Udid = "udid",
        OsName = "sdc",
        Enclosure = name[..name.LastIndexOf('_')],
        EnclosureType = "EMC",
        Paths =
        [
            new PathView("sdc", "c2", "ENABLED(A)", "-"),
            new PathView("sdg", "c3", status == DeviceStatus.Error ? "DISABLED" : "ENABLED(A)", "SECONDARY"),
        ],
    };

    private static GroupView Build()
    {
        GroupConfiguration group = new()
        {
            Group = new DiskGroupRecord { Name = "datadg", GroupId = "1741211310.10.host1" },
        };
        RecordId first = Add(ref group, Dm("datadg01", 1));
        RecordId second = Add(ref group, Dm("datadg02", 2) with { Comment = "new array" });
        RecordId lost = Add(ref group, Dm("datadg03", 3));
        RecordId gone = Add(ref group, Dm("datadg04", 4) with { IsRemoved = true });

        RecordId data = Add(ref group, Volume("datavol", 10485760) with { TUtil0 = "ATT1" });
        Plex(ref group, "datavol-01", data, ("datadg01-01", first, 0, 10485760));
        RecordId attaching = Plex(ref group, "datavol-02", data, ("datadg02-01", second, 0, 10485760));
        group = group.With(group.Plexes[attaching] with
        {
            State = PlexState.TempRmSd,
            Mode = PlexMode.WriteOnly,
            TUtil0 = "ATT",
        });
        RecordId log = Plex(ref group, "datavol-03", data, ("datadg01-09", first, 20000000, 1056));
        group = group.With(group.Plexes[log] with { IsLog = true, State = PlexState.Log });

        RecordId archive = Add(ref group, Volume("oracle_archive_vol01", 4194304));
        Plex(ref group, "oracle_archive_vol01-01", archive, ("datadg01-02", first, 10485760, 4194304));

        RecordId striped = Add(ref group, Volume("strvol", 4194304));
        RecordId stripes = Plex(
            ref group, "strvol-01", striped,
            ("datadg01-04", first, 14747904, 2097152), ("datadg02-02", second, 10485760, 2097152));
        group = group.With(group.Plexes[stripes] with
        {
            Layout = PlexLayout.Stripe,
            ColumnCount = 2,
            StripeUnit = 128 * Sector,
        });
        group = group.With(Subdisk(group, "datadg02-02") with { Column = 1, PlexOffset = 0 });

        RecordId broken = Add(ref group, Volume("brokenvol", 2048) with { KernelState = VolumeKernelState.Disabled });
        RecordId dead = Plex(ref group, "brokenvol-01", broken, ("datadg03-01", lost, 0, 2048));
        group = group.With(group.Plexes[dead] with
        {
            State = PlexState.NoDevice,
            KernelState = PlexKernelState.Disabled,
        });
        RecordId loose = Plex(ref group, "oldvol-01", null, ("datadg04-01", gone, 0, 4096));
        group = group.With(group.Plexes[loose] with
        {
            State = PlexState.None,
            KernelState = PlexKernelState.Disabled,
        });
        Add(ref group, new SubdiskRecord
        {
            Id = default,
            Name = "datadg02-07",
            DiskId = second,
            DiskOffset = 15000000 * Sector,
            Length = 1024 * Sector,
        });
        return new GroupView
        {
            Configuration = group,
            Generation = 1076,
            Devices = new Dictionary<RecordId, string> { [first] = "emc0_01f4", [second] = "pure0_0012" },
            ConfigurationDevices = ["emc0_01f4"],
        };
    }

    private static SubdiskRecord Subdisk(GroupConfiguration group, string name) =>
        group.Subdisks.Values.First(subdisk => subdisk.Name == name);

    private static DiskRecord Dm(string name, int number) => new()
    {
        Id = default,
        Name = name,
        DiskId = $"1741211309.{number}.host1",
        LastDeviceName = $"emc0_01f{number + 3}",
        PublicLength = 20905632 * Sector,
        PrivateLength = 65536 * Sector,
    };

    private static VolumeRecord Volume(string name, long length) => new()
    {
        Id = default,
        Name = name,
        Length = length * Sector,
        State = VolumeState.Active,
        KernelState = VolumeKernelState.Enabled,
    };

    private static RecordId Plex(
        ref GroupConfiguration group, string name, RecordId? volume,
        params (string Name, RecordId Disk, long Offset, long Length)[] subdisks)
    {
        RecordId plex = Add(ref group, new PlexRecord
        {
            Id = default,
            Name = name,
            VolumeId = volume,
            State = PlexState.Active,
            KernelState = PlexKernelState.Enabled,
        });
        long offset = 0;
        foreach ((string subdisk, RecordId disk, long diskOffset, long length) in subdisks)
        {
            Add(ref group, new SubdiskRecord
            {
                Id = default,
                Name = subdisk,
                DiskId = disk,
                DiskOffset = diskOffset * Sector,
                Length = length * Sector,
                PlexId = plex,
                PlexOffset = offset * Sector,
            });
            offset += length;
        }

        return plex;
    }

    private static RecordId Add(ref GroupConfiguration group, ObjectRecord record)
    {
        (GroupConfiguration next, RecordId id) = group.TakeId();
        group = next.With(record with { Id = id });
        return id;
    }
}
