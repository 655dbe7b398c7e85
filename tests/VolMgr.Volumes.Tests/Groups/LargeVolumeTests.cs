using VolMgr.Blocks;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Hosts;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Layout;
using VolMgr.Volumes.Tasks;
using VolMgr.Volumes.Tests.Hosts;
using static VolMgr.Volumes.Tests.Groups.GroupTest;

namespace VolMgr.Volumes.Tests.Groups;

public sealed class LargeVolumeTests
{
    private const long TiB = 1L << 40;

    [Theory]
    [InlineData(PlexLayout.Concat)]
    [InlineData(PlexLayout.Stripe)]
    public async Task Fifteen_tebibytes_move_in_the_time_that_their_data_needs(PlexLayout layout)
    {
        VolumeHost host = await new TestLab(9 * TiB, hasCache: false).BootAsync();
        DiskGroup group = await CreateGroupAsync(host);
        Done(await group.CreateVolumeAsync(new VolumeRequest
        {
            Name = "vol01",
            Length = 15 * TiB,
            Layout = layout,
            Storage = Storage("enclr:emc0"),
            Init = VolumeInit.Zero,
        }));
        VolumeDevice volume = Open(group, "vol01");
        long[] places = [0, 64 << 10, TiB - 4096, (9 * TiB) + 12288, (15 * TiB) - MiB];
        for (int index = 0; index < places.Length; index++)
        {
            await WriteAsync(volume, places[index], Pattern(index, (int)MiB));
        }
        VolumeTask task = Value(await group.AddMirrorAsync(MirrorTo("vol01"), new CopyOptions()));
        await CompletesAsync(task);
        await PlexesAreEqualAsync(group, "vol01", 2);
        Done(await group.DissociatePlexAsync(null, "vol01-01", remove: true, force: false));
        Assert.Equal(Pattern(places.Length - 1, (int)MiB), await ReadAsync(volume, places[^1], (int)MiB));
    }

    /// <summary>A mirror without a log is recovered whole after a crash. Nearly all of it is a hole on both plexes, and
    /// takes one step for each GiB; what differs is found.</summary>
    [Fact]
    public async Task Eight_tebibytes_without_a_log_are_recovered_in_the_time_that_their_data_needs()
    {
        var lab = new TestLab(9 * TiB, hasCache: false);
        VolumeHost host = await lab.BootAsync();
        DiskGroup group = await CreateGroupAsync(host);
        VolumeDevice volume = await CreateVolumeAsync(group, "vol01", 8 * TiB, "", mirrors: 2);
        long[] places = [0, TiB - 4096, (5 * TiB) + 12288, (8 * TiB) - MiB];
        for (int index = 0; index < places.Length; index++)
        {
            await WriteAsync(volume, places[index], Pattern(index, (int)MiB));
        }
        PlexMember second = volume.Plexes.Members[1];
        Assert.Equal(IoStatus.Success, await second.Device.WriteAsync(
            3 * TiB, Pattern(7, 4096), WriteFlags.None, CancellationToken.None));
        await lab.CrashAsync();

        var steps = new CountingSteps();
        host = await lab.BootAsync(steps: steps);
        await SettleAsync(host);
        group = Assert.Single(host.Groups);
        Assert.False(Open(group, "vol01").IsRecovering);
        Assert.InRange(steps.Entered, 8192, 20_000);
        await PlexesAreEqualAsync(group, "vol01", 2);
        Assert.Equal(Pattern(3, (int)MiB), await ReadAsync(Open(group, "vol01"), places[3], (int)MiB));
    }

    private sealed class CountingSteps : DataPathSteps
    {
        private int entered;

        public int Entered => Volatile.Read(ref entered);

        public override ValueTask<PlexSet?> EnterAsync(VolumeGate gate, CancellationToken token)
        {
            Interlocked.Increment(ref entered);
            return base.EnterAsync(gate, token);
        }
    }
}
