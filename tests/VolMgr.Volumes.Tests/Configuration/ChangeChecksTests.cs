using System.Collections.Immutable;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Tests.Layout;

namespace VolMgr.Volumes.Tests.Configuration;

/// <summary>What a check of everything finds, a check of what changed finds too.</summary>
public sealed class ChangeChecksTests
{
    private readonly TestGroup group = TestGroup.Of("d1@emc0:900", "d2@pure0:900", "d3@pure0:100");

    public ChangeChecksTests()
    {
        for (int index = 0; index < 70; index++)
        {
            group.Create($"vol{index}", 5, mirrors: 2);
        }

        Assert.Empty(ConfigurationChecks.Validate(group.Configuration));
    }

    [Fact]
    public void Of_random_changes_both_find_something_or_neither_does()
    {
        int broken = 0;
        for (int seed = 0; seed < 3000; seed++)
        {
            GroupConfiguration next = group.Configuration;
            var random = new Random(seed);
            for (int count = random.Next(1, 4); count > 0; count--)
            {
                next = Change(next, random);
            }

            var delta = ConfigurationDelta.Between(group.Configuration, next);
            IReadOnlyList<string> all = ConfigurationChecks.Validate(next);
            IReadOnlyList<string> some = ChangeChecks.Validate(group.Configuration, next, delta);
            Assert.True(
                all.Count > 0 == some.Count > 0,
                $"seed {seed}: all: {string.Join("; ", all)}; change: {string.Join("; ", some)}");
            broken += all.Count > 0 ? 1 : 0;
        }

        Assert.InRange(broken, 1000, 2900);
    }

    [Fact]
    public void A_name_that_is_given_up_and_taken_by_one_change_is_no_finding()
    {
        GroupConfiguration next = group.Configuration
            .With(group.Volume("vol1") with { Name = "other" }).With(group.Volume("vol2") with { Name = "vol1" });
        Assert.Empty(ChangeChecks.Validate(
            group.Configuration, next, ConfigurationDelta.Between(group.Configuration, next)));
    }

    [Fact]
    public void Names_and_owners_are_found_after_every_change_as_a_search_finds_them()
    {
        GroupConfiguration now = group.Configuration;
        var random = new Random(11);
        for (int step = 0; step < 3000; step++)
        {
            now = Change(now, random);
            PlexRecord any = At(now.Plexes, random);
            Assert.Equal(
                now.Plexes.Values.Where(plex => plex.Name == any.Name).Select(plex => plex.Id).First(),
                now.FindPlex(any.Name)!.Id);
            Assert.Null(now.FindPlex("nobody"));
            RecordId owner = At(now.Volumes, random).Id;
            Assert.Equal(
                now.Plexes.Values.Where(plex => plex.VolumeId == owner).Select(plex => plex.Name)
                    .Order(StringComparer.Ordinal),
                now.PlexesOf(owner).Select(plex => plex.Name));
            RecordId disk = At(now.Disks, random).Id;
            Assert.Equal(
                now.Subdisks.Values.Where(subdisk => subdisk.DiskId == disk).Select(subdisk => subdisk.Id).Order(),
                now.SubdisksOn(disk).Select(subdisk => subdisk.Id).Order());
            Assert.Equal(
                now.Subdisks.Values.Where(subdisk => subdisk.PlexId == any.Id).Select(subdisk => subdisk.Id).Order(),
                now.SubdisksOf(any.Id).Select(subdisk => subdisk.Id).Order());
        }
    }

    private static GroupConfiguration Change(GroupConfiguration now, Random random)
    {
        SubdiskRecord subdisk = At(now.Subdisks, random);
        PlexRecord plex = At(now.Plexes, random);
        VolumeRecord volume = At(now.Volumes, random);
        DiskRecord disk = At(now.Disks, random);
        return random.Next(20) switch
        {
            0 => now.With(subdisk with { DiskOffset = At(now.Subdisks, random).DiskOffset }),
            1 => now.With(subdisk with { DiskId = disk.Id }),
            2 => now.With(subdisk with { PlexId = random.Next(3) == 0 ? null : plex.Id }),
            3 => now.With(subdisk with { Name = At(now.Subdisks, random).Name }),
            4 => now.With(plex with { VolumeId = volume.Id }),
            5 => now.With(plex with { Name = volume.Name }),
            6 => now.With(plex with { Name = plex.Name + "x" }),
            7 => now.With(plex with { State = PlexState.Stale, KernelState = PlexKernelState.Detached }),
            8 => now.With(volume with { Length = volume.Length + (TestGroup.MiB * random.Next(-1, 2)) }),
            9 => now.With(volume with { Name = At(now.Volumes, random).Name }),
            10 => now.With(volume with { KernelState = VolumeKernelState.Disabled }),
            11 => now.With(volume with { PreferredPlexId = plex.Id }),
            12 => now.With(disk with { PublicLength = disk.PublicLength - (TestGroup.MiB * random.Next(1, 300)) }),
            13 => now.With(disk with { Comment = "seen" }),
            14 when now.Volumes.Count > 40 => now.Without(volume.Id),
            15 when now.Plexes.Count > 90 => now.Without(plex.Id),
            16 when now.Subdisks.Count > 90 => now.Without(subdisk.Id),
            17 => now.With(plex with { Id = new RecordId(now.Group.NextRecordId - 1), Name = "new" }),
            18 => now.With(plex with { DetachMap = 1 }),
            _ => now.With(volume with { Comment = $"note {random.Next(5)}" }),
        };
    }

    private static T At<T>(ImmutableSortedDictionary<RecordId, T> records, Random random) =>
        records.Values.ElementAt(random.Next(records.Count));
}
