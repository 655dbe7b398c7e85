using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Hosts;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Layout;
using VolMgr.Volumes.Resync;
using VolMgr.Volumes.Tasks;
using VolMgr.Volumes.Tests.Hosts;

namespace VolMgr.Volumes.Tests.Groups;

/// <summary>
/// What tests of groups share: a group datadg on four disks of emc0 (dg01..) and four of pure0 (new01..).
/// </summary>
internal static class GroupTest
{
    public const long MiB = 1 << 20;

    public static readonly string[] Old = ["emc0_01f4", "emc0_01f5", "emc0_01f6", "emc0_01f7"];

    public static async Task<DiskGroup> CreateGroupAsync(
        VolumeHost host, int version = 200, int disksPerArray = 2, string name = "datadg")
    {
        string[] old = [.. host.Disks.Where(d => d.Name.StartsWith("emc0", StringComparison.Ordinal))
            .Select(d => d.Name)];
        string[] young = [.. host.Disks.Where(d => d.Name.StartsWith("pure0", StringComparison.Ordinal))
            .Select(d => d.Name)];
        List<(string, string)> members = [];
        for (int index = 0; index < disksPerArray; index++)
        {
            members.Add(($"dg{index + 1:00}", old[index]));
            members.Add(($"new{index + 1:00}", young[index]));
        }
        foreach ((_, string device) in members)
        {
            Done(await host.InitializeDiskAsync(
                device, new DiskInitializeRequest { PrivateLength = TestLab.PrivateLength }));
        }
        return Value(await host.CreateGroupAsync(name, members, new GroupCreateRequest { Version = version }));
    }

    public static async Task<VolumeDevice> CreateVolumeAsync(
        DiskGroup group, string name, long length, string storage = "enclr:emc0", int mirrors = 1, bool hasLog = false)
    {
        Done(await group.CreateVolumeAsync(new VolumeRequest
        {
            Name = name,
            Length = length,
            MirrorCount = mirrors,
            Log = hasLog ? LogKind.DirtyRegion : LogKind.None,
            Storage = Storage(storage),
        }));
        return Open(group, name);
    }

    public static VolumeDevice Open(DiskGroup group, string name)
    {
        VolumeDevice? device = group.OpenVolume(name);
        Assert.NotNull(device);
        return device;
    }

    public static StorageSpecification Storage(string text) =>
        Value(StorageSpecification.Parse(text.Split(' ', StringSplitOptions.RemoveEmptyEntries)));

    public static MirrorRequest MirrorTo(string volume, string storage = "enclr:pure0") =>
        new() { Volume = volume, Storage = Storage(storage) };

    public static void Done(Outcome outcome) => Assert.True(outcome.IsDone, outcome.Refusal?.Message);

    public static T Value<T>(Outcome<T> outcome)
    {
        Assert.True(outcome.IsDone, outcome.Refusal?.Message);
        return outcome.Value;
    }

    public static Refusal Refused(Outcome outcome)
    {
        Assert.False(outcome.IsDone, "it was not refused");
        return outcome.Refusal;
    }

    public static Refusal Refused<T>(Outcome<T> outcome)
    {
        Assert.False(outcome.IsDone, "it was not refused");
        return outcome.Refusal;
    }

    public static byte[] Pattern(int seed, int length)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public static async Task WriteAsync(VolumeDevice device, long offset, byte[] bytes) =>
        Assert.Equal(IoStatus.Success, await device.WriteAsync(offset, bytes, WriteFlags.None, CancellationToken.None));

    public static async Task<byte[]> ReadAsync(VolumeDevice device, long offset, int length)
    {
        byte[] bytes = new byte[length];
        Assert.Equal(IoStatus.Success, await device.ReadAsync(offset, bytes, CancellationToken.None));
        return bytes;
    }

    public static async Task CompletesAsync(VolumeTask task)
    {
        TaskState last = await task.Completion.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.True(last == TaskState.Completed, $"{task.Type} {task.PlexName}: {last} {task.Failure}");
    }

    /// <summary>Waits until the host has nothing in the background.</summary>
    public static async Task SettleAsync(VolumeHost host)
    {
        while (true)
        {
            long version = host.Tasks.Version;
            if (host.Tasks.List.Count == 0)
            {
                return;
            }
            await host.Tasks.WaitForChangeAsync(version).WaitAsync(TimeSpan.FromSeconds(20));
        }
    }

    public static async Task PlexesAreEqualAsync(DiskGroup group, string volume, int plexes)
    {
        VerifyResult result = Value(await group.VerifyAsync(volume, null, CancellationToken.None));
        Assert.True(result.IsEqual, string.Join(", ", result.Differences));
        Assert.Equal(plexes, result.PlexCount);
    }

    public static PlexRecord Plex(DiskGroup group, string name)
    {
        PlexRecord? plex = group.Current.FindPlex(name);
        Assert.NotNull(plex);
        return plex;
    }

    public static VolumeRecord Volume(DiskGroup group, string name)
    {
        VolumeRecord? volume = group.Current.FindVolume(name);
        Assert.NotNull(volume);
        return volume;
    }
}
