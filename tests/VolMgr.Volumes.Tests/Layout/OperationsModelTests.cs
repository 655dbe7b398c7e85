using FsCheck;
using FsCheck.Fluent;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Layout;
using VolMgr.Volumes.States;

namespace VolMgr.Volumes.Tests.Layout;

/// <summary>
/// Random sequences of all operations. After each step: the configuration is sound; whoever had a complete plex with
/// trusted contents still has one, unless the step removed or emptied the volume or was forced; a plex has become
/// trusted only by a step that may make it so; no two mirrors come to share a disk but by vxplex att.
/// </summary>
public sealed class OperationsModelTests
{
    private const long MiB = TestGroup.MiB;

    [Fact]
    public void Random_operations_keep_the_group_sound_and_the_data_covered()
    {
        Dictionary<string, int> done = new(StringComparer.Ordinal);
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed => Run(seed, done))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(40));
    }

    [Fact]
    public void Fixed_sequences_reach_every_operation()
    {
        Dictionary<string, int> done = new(StringComparer.Ordinal);
        for (int seed = 0; seed < 40; seed++)
        {
            Run(seed, done);
        }

        string[] expected =
        [
            "create", "mirror", "complete", "cancel", "attach", "detach", "fail", "dissociate", "remove",
            "removemirror", "grow", "shrink", "addlog", "removelog", "stop", "start", "crash", "resync", "fix", "off",
            "on", "lose",
            "return", "rename", "destroy", "init", "adddisk", "rmdisk", "replace",
        ];
        Assert.All(expected, name => Assert.True(done.GetValueOrDefault(name) > 0, name));
    }

    private static void Run(int seed, Dictionary<string, int> done)
    {
        Random random = new(seed);
        TestGroup group = TestGroup.Of(
            random.Next(2) == 0 ? 160 : 200, "d1@emc0:40", "d2@emc0:30", "d3@pure0:50", "d4@pure0:20", "d5@pure0:30");
        for (int step = 0; step < 50; step++)
        {
            GroupConfiguration before = group.Configuration;
            (string name, Outcome<GroupConfiguration> outcome, bool mayLose) = Choose(random, before, group.Sites);
            if (!outcome.IsDone)
            {
                continue;
            }

            done[name] = done.GetValueOrDefault(name) + 1;
            IReadOnlyList<string> violations = ConfigurationChecks.Validate(outcome.Value);
            Assert.True(violations.Count == 0, $"seed {seed} step {step} {name}: {string.Join("; ", violations)}");
            AssertCovered(before, outcome.Value, mayLose, $"seed {seed} step {step} {name}");
            AssertTrustEarned(before, outcome.Value, name, $"seed {seed} step {step} {name}");
            AssertSeparate(before, outcome.Value, name, $"seed {seed} step {step} {name}");
            group.Accept(outcome.Value);
        }
    }

    private static (string Name, Outcome<GroupConfiguration> Outcome, bool MayLose) Choose(
        Random random, GroupConfiguration now, IReadOnlyList<DiskSite> sites)
    {
        StorageSpecification any = StorageSpecification.Any;
        RecordId volume = Pick(random, now.Volumes.Keys);
        RecordId plex = Pick(random, now.Plexes.Keys);
        DiskRecord disk = now.Disks[Pick(random, now.Disks.Keys)];
        string volumeName = now.Volumes.GetValueOrDefault(volume)?.Name ?? "none";
        long length = random.Next(1, 40) * MiB / random.Next(1, 4);
        switch (random.Next(34))
        {
            case 0 or 1 or 2:
                return ("create", Map(
                    VolumeOperations.CreateVolume(now, Request(random, length, sites)),
                    made => made.Configuration), false);
            case 3 or 4:
                return ("mirror", Map(
                    VolumeOperations.AddMirror(now, Mirror(random, volumeName, sites)),
                    made => made.Configuration), false);
            case 5 or 6:
                return ("complete", VolumeOperations.CompleteAttach(now, plex), false);
            case 7:
                return ("cancel", VolumeOperations.CancelAttach(now, plex), false);
            case 8 or 9:
                RecordId owner = now.Plexes.GetValueOrDefault(plex)?.VolumeId ?? volume;
                return ("attach", Map(
                    VolumeOperations.AttachPlex(now, owner, plex), made => made.Configuration), false);
            case 10:
                return ("detach", VolumeOperations.DetachPlex(now, plex), false);
            case 11:
                return ("fail", VolumeOperations.FailPlex(now, plex), false);
            case 12:
                bool force = random.Next(8) == 0;
                return ("dissociate", VolumeOperations.DissociatePlex(now, plex, force), force);
            case 13:
                return ("remove", VolumeOperations.RemovePlex(now, plex, random.Next(2) == 0), false);
            case 14:
                return ("removemirror", Map(
                    VolumeOperations.RemoveMirror(now, volume, any, sites), made => made.Configuration), false);
            case 15 or 16:
                return ("grow", VolumeOperations.GrowVolume(now, volume, length, any, sites), false);
            case 17:
                return ("shrink", VolumeOperations.ShrinkVolume(now, volume, length), false);
            case 18:
                LogRequest log = new() { Volume = volumeName };
                return ("addlog", Map(VolumeOperations.AddLog(now, log), made => made.Configuration), false);
            case 19:
                return ("removelog", Map(
                    VolumeOperations.RemoveLog(now, volume, any, sites), made => made.Configuration), false);
            case 20:
                return ("stop", VolumeOperations.StopVolume(now, volume, random.Next(2) == 0), false);
            case 21 or 22:
                return ("start", Map(
                    VolumeOperations.StartVolume(now, volume, sites), made => made.Configuration), false);
            case 23:
                return ("crash", VolumeOperations.AfterImport(now), false);
            case 24:
                Outcome<GroupConfiguration> marked = VolumeOperations.MarkDirty(now, volume);
                return ("resync", random.Next(3) switch
                {
                    0 when marked.IsDone => VolumeOperations.BeginResync(marked.Value, volume),
                    1 => VolumeOperations.CompleteResync(now, volume),
                    _ => VolumeOperations.FailResync(now, volume),
                }, false);
            case 25:
                return ("fix", VolumeOperations.FixPlex(now, plex, (PlexFix)random.Next(1, 4)), true);
            case 26:
                return ("off", VolumeOperations.MendOff(now, plex), false);
            case 27:
                RecordId offline = Pick(random, now.Plexes.Values
                    .Where(candidate => candidate.State == PlexState.Offline).Select(candidate => candidate.Id));
                return ("on", VolumeOperations.MendOn(now, offline), false);
            case 28:
                return ("lose", VolumeOperations.LoseDisk(now, disk.Id), false);
            case 29:
                return ("return", VolumeOperations.ReturnDisk(now, disk.Id), false);
            case 30:
                return ("rename", VolumeOperations.RenameObject(now, volumeName, $"r{random.Next(5)}"), false);
            case 31:
                return random.Next(3) == 0
                    ? ("destroy", VolumeOperations.RemoveVolume(now, volume), true)
                    : ("init", VolumeOperations.InitializeVolume(now, volume, (VolumeInit)random.Next(1, 5)), false);
            case 32:
                return ("rmdisk", VolumeOperations.RemoveDisk(now, disk.Name, random.Next(2) == 0), false);
            default:
                return disk.IsRemoved
                    ? ("replace", Add(now, disk.Name, random.Next(2) == 0 ? disk.DiskId : $"i{volume}", true), false)
                    : ("adddisk", Add(now, $"n{random.Next(9)}", $"id{random.Next()}", false), false);
        }
    }

    private static VolumeRequest Request(Random random, long length, IReadOnlyList<DiskSite> sites) => new()
    {
        Name = $"v{random.Next(6)}",
        Length = length,
        MirrorCount = random.Next(1, 4),
        Layout = (PlexLayout)random.Next(1, 3),
        Log = (LogKind)random.Next(1, 3),
        Init = (VolumeInit)random.Next(1, 5),
        Sites = random.Next(2) == 0 ? [] : sites,
    };

    private static MirrorRequest Mirror(Random random, string volume, IReadOnlyList<DiskSite> sites) => new()
    {
        Volume = volume,
        Sites = sites,
        Layout = random.Next(2) == 0 ? null : (PlexLayout)random.Next(1, 3),
        State = random.Next(2) == 0 ? PlexState.TempRmSd : PlexState.Temp,
    };

    private static Outcome<GroupConfiguration> Add(
        GroupConfiguration now, string name, string identity, bool replace) =>
        Map(VolumeOperations.AddDisk(now, new DiskRequest
        {
            Name = name,
            DeviceName = name,
            DiskId = identity,
            PublicLength = 50 * MiB,
            PrivateLength = MiB,
            IsReplacement = replace,
        }), made => made.Configuration);

    private static Outcome<GroupConfiguration> Map<T>(Outcome<T> outcome, Func<T, GroupConfiguration> choose) =>
        outcome.IsDone ? choose(outcome.Value) : outcome.Refusal;

    private static RecordId Pick(Random random, IEnumerable<RecordId> ids)
    {
        RecordId[] all = [.. ids];
        return all.Length == 0 ? default : all[random.Next(all.Length)];
    }

    private static void AssertCovered(GroupConfiguration before, GroupConfiguration after, bool mayLose, string step)
    {
        foreach (VolumeRecord volume in before.Volumes.Values
            .Where(volume => !mayLose && HasTrusted(before, volume.Id)))
        {
            Assert.True(HasTrusted(after, volume.Id), $"{step}: {volume.Name} lost its last complete plex");
            bool wasEnabled = volume.KernelState == VolumeKernelState.Enabled;
            Assert.True(
                !wasEnabled || after.Volumes[volume.Id].KernelState != VolumeKernelState.Enabled
                    || after.DataPlexesOf(volume.Id).Any(plex => plex.IsReadable()),
                $"{step}: {volume.Name} is not readable");
        }
    }

    /// <summary>A plex that was not trusted is trusted only after a completed copy, an initialisation, or vxmend
    /// fix.</summary>
    private static void AssertTrustEarned(GroupConfiguration before, GroupConfiguration after, string name, string step)
    {
        foreach (PlexRecord plex in after.Plexes.Values.Where(plex => plex.IsTrusted()))
        {
            bool was = before.Plexes.TryGetValue(plex.Id, out PlexRecord? old) && old.IsTrusted();
            Assert.True(
                was || name is "complete" or "init" or "create" or "fix",
                $"{step}: {plex.Name} became trusted");
        }
    }

    /// <summary>Only a plex that the administrator attaches by name may come to share a disk with another of its
    /// volume.</summary>
    private static void AssertSeparate(GroupConfiguration before, GroupConfiguration after, string name, string step)
    {
        HashSet<(RecordId, RecordId, RecordId)> shared = Shared(before);
        Assert.True(name == "attach" || Shared(after).IsSubsetOf(shared), $"{step}: two plexes came to share a disk");
    }

    private static HashSet<(RecordId First, RecordId Second, RecordId Disk)> Shared(GroupConfiguration configuration) =>
        [.. from first in configuration.Subdisks.Values
            from second in configuration.SubdisksOn(first.DiskId)
            where first.PlexId is { } one && second.PlexId is { } two && one.Value < two.Value
                && configuration.Plexes[one] is { IsLog: false, VolumeId: { } volume }
                && configuration.Plexes[two] is { IsLog: false, VolumeId: { } other } && volume == other
            select (first.PlexId!.Value, second.PlexId!.Value, first.DiskId)];

    private static bool HasTrusted(GroupConfiguration configuration, RecordId volume) =>
        configuration.DataPlexesOf(volume).Any(plex => plex.IsTrusted()
            && PlexMap.Of(configuration, plex.Id).Length >= configuration.Volumes[volume].Length);
}
