using VolMgr.Blocks;
using VolMgr.Volumes.InputOutput;

namespace VolMgr.Volumes.Tests.InputOutput;

public sealed class IoTraceTests
{
    [Fact]
    public async Task Notes_that_nobody_takes_are_counted_and_dropped()
    {
        IoTrace trace = new(TimeProvider.System, _ => "");
        for (int io = 0; io < IoTrace.Capacity; io++)
        {
            await trace.FollowAsync("read", "v", "", new ByteRange(0, 512), 1, () => new(IoStatus.Success));
        }

        Assert.Equal(IoTrace.Capacity, trace.Dropped);
        Assert.True(trace.TryTake(out TracedIo first));
        Assert.Equal((1, false, 0), (first.Sequence, first.IsEnd, first.Cause));
        Assert.True(trace.TryTake(out TracedIo second));
        Assert.Equal((2, true, 1), (second.Sequence, second.IsEnd, second.Cause));
    }
}
