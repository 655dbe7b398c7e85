using VolMgr.Nbd.Server;

namespace VolMgr.Nbd.Tests.Server;

/// <summary>Who waits for memory, and for whom.</summary>
public sealed class ByteBudgetTests
{
    private const long MiB = 1 << 20;

    private readonly ByteBudget _budget = new(256 * MiB);

    [Fact]
    public void However_many_are_greedy_a_large_request_of_another_client_does_not_wait()
    {
        Client[] greedy = [.. Enumerable.Range(0, 20).Select(_ => new Client(_budget))];
        foreach (Client client in greedy)
        {
            while (client.Held < 64 * MiB && client.Take(32 * MiB))
            {
            }
        }

        Assert.True(_budget.IsMissed);
        Client good = new(_budget);
        Assert.True(good.Take(8 * MiB));
        Assert.True(good.Take(MiB));
    }

    [Fact]
    public void Those_who_hold_little_do_not_wait_for_those_who_hold_much()
    {
        foreach (long bytes in new[] { 32, 32, 16, 8, 4, 4, 3, 3, 3 })
        {
            Client greedy = new(_budget);
            while (greedy.Take(bytes * MiB))
            {
            }
        }

        Client good = new(_budget);
        for (int request = 0; request < 32; request++)
        {
            Assert.True(good.Take(64 << 10));
        }
    }

    [Fact]
    public void A_client_alone_gets_what_there_is()
    {
        Client alone = new(_budget);
        Assert.True(alone.Take(150 * MiB));
        Assert.True(alone.Take(42 * MiB));
        Assert.False(alone.Take(MiB));
    }

    [Fact]
    public void What_is_given_back_goes_to_who_waits()
    {
        Client first = new(_budget);
        Client second = new(_budget);
        Assert.True(first.Take(128 * MiB));
        Assert.False(second.Take(64 * MiB));
        first.Release(128 * MiB);
        Assert.True(second.IsGranted);
        Assert.False(_budget.IsMissed);
        Assert.Equal(64 * MiB, _budget.Held);
    }

    [Fact]
    public void A_client_does_not_wait_for_itself()
    {
        Client alone = new(_budget);
        Assert.True(alone.Take(190 * MiB));
        Assert.False(alone.Take(64 * MiB));
        alone.Release(190 * MiB);
        Assert.True(alone.IsGranted);
    }

    private sealed class Client(ByteBudget budget) : IByteHolder
    {
        private Task _last = Task.CompletedTask;

        public long Held { get; private set; }

        public bool IsGranted => _last.IsCompleted;

        public bool Take(long bytes)
        {
            _last = budget.TakeAsync(bytes, this).AsTask();
            Held += _last.IsCompleted ? bytes : 0;
            return _last.IsCompleted;
        }

        public void Release(long bytes)
        {
            Held -= bytes;
            budget.Release(bytes);
        }
    }
}
