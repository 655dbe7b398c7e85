using VolMgr.Nbd.Server;

namespace VolMgr.Nbd.Tests.Server;

/// <summary>Who waits for memory, and for whom.</summary>
public sealed class ByteBudgetTests
{
    private readonly ByteBudget _budget = new(1000);

    [Fact]
    public void Those_who_hold_little_do_not_wait_for_those_who_hold_much()
    {
        Assert.True(Take(750, isModest: false).IsCompleted);
        Task greedy = Take(1, isModest: false);
        Assert.False(greedy.IsCompleted);
        Assert.True(Take(0, isModest: true).IsCompleted);
        Assert.True(Take(250, isModest: true).IsCompleted);
        Assert.False(Take(1, isModest: true).IsCompleted);
        Assert.True(_budget.IsMissed);
    }

    [Fact]
    public void What_is_given_back_goes_to_those_who_hold_little_first()
    {
        Assert.True(Take(750, isModest: false).IsCompleted);
        Assert.True(Take(250, isModest: true).IsCompleted);
        Task greedy = Take(100, isModest: false);
        Task modest = Take(200, isModest: true);
        _budget.Release(250);
        Assert.True(modest.IsCompleted);
        Assert.False(greedy.IsCompleted);
        _budget.Release(750);
        Assert.True(greedy.IsCompleted);
        Assert.False(_budget.IsMissed);
        Assert.Equal(300, _budget.Held);
    }

    private Task Take(long bytes, bool isModest) => _budget.TakeAsync(bytes, isModest).AsTask();
}
