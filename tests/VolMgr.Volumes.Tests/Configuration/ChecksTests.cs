using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Tests.Layout;

namespace VolMgr.Volumes.Tests.Configuration;

/// <summary>Each fact breaks one rule of a sound configuration and expects exactly that finding, with the object's
/// name.</summary>
public sealed class ChecksTests
{
    private readonly TestGroup group = TestGroup.Of("d1@emc0:100", "d2@pure0:100");

    public ChecksTests()
    {
        group.Create("vol", 10, mirrors: 2);
        Assert.Empty(ConfigurationChecks.Validate(group.Configuration));
    }

    [Fact]
    public void Overlapping_subdisks() =>
        Finds(
            Subdisk("d1-01") with { Id = Next(), Name = "x", PlexId = null, DiskOffset = 8192 },
            "x: it overlaps subdisk d1-01");

    [Fact]
    public void Subdisk_outside_its_disk() => Finds(
        Subdisk("d1-01") with { Id = Next(), Name = "x", PlexId = null, DiskOffset = 95 * TestGroup.MiB },
        "x: it leaves the public region of disk d1");

    [Fact]
    public void Subdisk_with_absurd_numbers()
    {
        group.Edit(Subdisk("d1-01") with { DiskOffset = long.MaxValue - 8191, Length = long.MaxValue - 8191 });
        Assert.NotEmpty(ConfigurationChecks.Validate(group.Configuration));
        group.Edit(Subdisk("d1-01") with { DiskOffset = long.MinValue, Length = long.MinValue, PlexOffset = -1 });
        Assert.NotEmpty(ConfigurationChecks.Validate(group.Configuration));
    }

    [Fact]
    public void Misaligned_subdisk() =>
        Finds(Subdisk("d1-01") with { DiskOffset = 512 }, "d1-01: offset 512 and length");

    [Fact]
    public void Orphans()
    {
        Finds(Subdisk("d1-01") with { DiskId = new RecordId(1) }, "d1-01: its disk 0.1 does not exist");
        Finds(group.Plex("vol-01") with { VolumeId = new RecordId(1) }, "vol-01: its volume 0.1 does not exist");
        Finds(Subdisk("d1-01") with { PlexId = new RecordId(1) }, "d1-01: its plex 0.1 does not exist");
    }

    [Fact]
    public void Names_twice_illegal_or_too_long()
    {
        Finds(group.Volume("vol") with { Name = "d1" }, "volume d1: a disk has the same name");
        Finds(group.Volume("vol") with { Name = "a b" }, "volume 'a b': the name is not legal");
        Finds(group.Volume("vol") with { Comment = "a\nb" }, "volume vol: a text field");
    }

    [Fact]
    public void Ids_never_given_out_or_twice()
    {
        RecordId id = new(999_999);
        Finds(
            group.Volume("vol") with { Id = id, Name = "v2", KernelState = VolumeKernelState.Disabled },
            "v2: id 0.999999");
        RecordId twice = group.Disk("d2").Id;
        Finds(
            Subdisk("d1-01") with { Id = twice, DiskOffset = 50 * TestGroup.MiB, Name = "x", PlexId = null },
            "x: d2 has the same id");
        GroupConfiguration misfiled = group.Configuration with
        {
            Disks = group.Configuration.Disks.SetItem(group.Disk("d1").Id, group.Disk("d1") with { Id = Next() }),
        };
        Assert.Contains(
            ConfigurationChecks.Validate(misfiled),
            text => text.Contains("d1: it is filed under", StringComparison.Ordinal));
    }

    [Fact]
    public void Columns_and_stripe_units_that_do_not_fit()
    {
        PlexRecord plex = group.Plex("vol-01");
        Finds(plex with { ColumnCount = 2 }, "vol-01: a concatenated plex has one column");
        Finds(
            plex with { Layout = PlexLayout.Stripe, ColumnCount = 2, StripeUnit = 65536 },
            "vol-01: column 1 has no subdisks");
        Finds(plex with { Layout = PlexLayout.Stripe, StripeUnit = 100 }, "vol-01: stripe unit 100");
        Finds(plex with { Layout = PlexLayout.Stripe, ColumnCount = 0, StripeUnit = 512 }, "vol-01: 0 columns");
        Finds(Subdisk("d1-01") with { Column = 3 }, "d1-01: plex vol-01 has no column 3");
        Finds(Subdisk("d1-01") with { PlexOffset = 8192 }, "d1-01: it starts at 8192");
    }

    [Fact]
    public void Trusted_plex_shorter_than_its_volume() =>
        Finds(Subdisk("d1-01") with { Length = 8192 }, "vol-01: it is ACTIVE and shorter than volume vol");

    [Fact]
    public void Stale_plex_may_be_shorter()
    {
        group.Edit(Subdisk("d1-01") with { Length = 8192 });
        group.Edit(group.Plex("vol-01") with { State = PlexState.Stale, KernelState = PlexKernelState.Detached });
        Assert.Empty(ConfigurationChecks.Validate(group.Configuration));
    }

    [Fact]
    public void States_that_no_table_knows_or_that_do_not_go_together()
    {
        PlexRecord plex = group.Plex("vol-01");
        Finds(plex with { State = (PlexState)99 }, "vol-01: its layout, a state or its mode is unknown");
        Finds(plex with { State = PlexState.Offline }, "vol-01: it is ENABLED in state OFFLINE");
        Finds(plex with { State = PlexState.None }, "vol-01: it is associated and has no state");
        Finds(plex with { Mode = PlexMode.WriteOnly }, "vol-01: it is ENABLED/ACTIVE with mode WriteOnly");
        Finds(plex with { State = PlexState.Log }, "vol-01: it is in state LOG and no log");
        Finds(plex with { VolumeId = null }, "vol-01: it is dissociated and");
        Finds(group.Volume("vol") with { State = VolumeState.Empty }, "vol: it is EMPTY and ENABLED");
        Finds(
            group.Volume("vol") with { KernelState = VolumeKernelState.Disabled },
            "vol-01: it is ENABLED while volume vol");
        Finds(group.Volume("vol") with { ReadPolicy = ReadPolicy.Prefer }, "vol: read policy PREFER");
        Finds(group.Volume("vol") with { PreferredPlexId = new RecordId(1) }, "vol: its preferred plex 0.1");
        Finds(group.Volume("vol") with { Length = 0 }, "vol: length 0");
    }

    [Fact]
    public void Enabled_volume_without_a_readable_plex()
    {
        foreach (string name in (string[])["vol-01", "vol-02"])
        {
            group.Edit(group.Plex(name) with { State = PlexState.IoFail, KernelState = PlexKernelState.Detached });
        }

        Assert.Equal(
            ["volume vol: it is ENABLED without a readable plex"],
            ConfigurationChecks.Validate(group.Configuration));
    }

    [Fact]
    public void All_violations_are_reported_at_once()
    {
        group.Edit(Subdisk("d1-01") with { DiskOffset = 512 });
        group.Edit(group.Disk("d2") with { Name = "d1" });
        group.Edit(group.Volume("vol") with { Length = 1 });
        Assert.Equal(3, ConfigurationChecks.Validate(group.Configuration).Count);
    }

    [Fact]
    public void Group_needs_name_identity_and_version()
    {
        GroupConfiguration broken = group.Configuration with
        {
            Group = group.Configuration.Group with { Name = "nodg", GroupId = "", Version = 0 },
        };
        Assert.Equal(3, ConfigurationChecks.Validate(broken).Count);
    }

    private SubdiskRecord Subdisk(string name) => group.Configuration.FindSubdisk(name)!;

    private RecordId Next()
    {
        (GroupConfiguration configuration, RecordId id) = group.Configuration.TakeId();
        group.Accept(configuration);
        return id;
    }

    private void Finds(ObjectRecord broken, string expected)
    {
        GroupConfiguration next = group.Configuration.With(broken);
        Assert.Contains(
            ConfigurationChecks.Validate(next), text => text.Contains(expected, StringComparison.Ordinal));
        Assert.NotEmpty(ChangeChecks.Validate(
            group.Configuration, next, ConfigurationDelta.Between(group.Configuration, next), fewest: 0));
    }
}
