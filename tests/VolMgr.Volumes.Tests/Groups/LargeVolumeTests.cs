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
}
