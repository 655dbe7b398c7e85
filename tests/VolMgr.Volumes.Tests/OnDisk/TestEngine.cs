using VolMgr.Blocks;

namespace VolMgr.Volumes.Tests.OnDisk;

/// <summary>Engine services with identities that count, and a clock that stands.</summary>
internal sealed class TestEngine : IIdentitySource
{
    private int count;

    public static EngineServices Create() => new(
        TaskScheduler.Default, TaskScheduler.Default, new StandingClock(), new TestEngine());

    public Guid NewGuid() => new(Interlocked.Increment(ref count), 0x2222, 0x3333, 4, 4, 4, 4, 4, 4, 4, 4);

    public int NewSeed() => Interlocked.Increment(ref count);

    private sealed class StandingClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeSeconds(1_741_211_309);
    }
}
