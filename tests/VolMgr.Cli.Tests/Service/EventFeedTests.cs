using VolMgr.Cli.Service.Events;

namespace VolMgr.Cli.Tests.Service;

/// <summary>Who watches, who comes back, and who is too slow.</summary>
public sealed class EventFeedTests
{
    private readonly EventFeed feed = new(TimeProvider.System);

    [Fact]
    public void A_watcher_gets_what_happens_from_now_on()
    {
        feed.Publish("state", "1");
        using EventWatch watch = feed.Watch(null);
        feed.Publish("state", "2");
        Assert.False(watch.HasGap);
        Assert.Empty(watch.Missed);
        Assert.True(watch.Events.TryRead(out ServiceEvent? happened));
        Assert.Equal("2", happened.Data);
        Assert.False(watch.Events.TryRead(out _));
    }

    [Fact]
    public void One_who_comes_back_gets_what_it_missed()
    {
        string first;
        using (EventWatch watch = feed.Watch(null))
        {
            feed.Publish("state", "1");
            Assert.True(watch.Events.TryRead(out ServiceEvent? happened));
            first = feed.IdOf(happened);
        }

        Assert.Equal(0, feed.WatcherCount);
        feed.Publish("state", "2");
        feed.Publish("state", "3");
        using EventWatch again = feed.Watch(first);
        Assert.False(again.HasGap);
        Assert.Equal(["2", "3"], again.Missed.Select(happened => happened.Data));
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("1-1")]
    [InlineData("18c-99999999999999999999999999")]
    public void An_id_of_another_life_is_a_gap(string id)
    {
        feed.Publish("state", "1");
        using EventWatch watch = feed.Watch(id);
        Assert.True(watch.HasGap);
        Assert.Empty(watch.Missed);
    }

    [Fact]
    public void One_who_comes_back_too_late_has_a_gap()
    {
        using EventWatch early = feed.Watch(null);
        feed.Publish("state", "first");
        Assert.True(early.Events.TryRead(out ServiceEvent? first));
        for (int number = 0; number < EventFeed.KeptEvents; number++)
        {
            feed.Publish("state", "later");
        }

        using (EventWatch justInTime = feed.Watch(feed.IdOf(first)))
        {
            Assert.False(justInTime.HasGap);
            Assert.Equal(EventFeed.KeptEvents, justInTime.Missed.Count);
        }

        feed.Publish("state", "one more");
        using EventWatch tooLate = feed.Watch(feed.IdOf(first));
        Assert.True(tooLate.HasGap);
        using EventWatch fromTheFuture = feed.Watch(feed.IdOf(first with { Number = long.MaxValue }));
        Assert.True(fromTheFuture.HasGap);
    }

    [Fact]
    public async Task One_who_is_too_slow_loses_its_place_and_holds_nobody_up()
    {
        using EventWatch slow = feed.Watch(null);
        using EventWatch quick = feed.Watch(null);
        for (int number = 0; number < EventFeed.WaitingEvents + 10; number++)
        {
            feed.Publish("state", "x");
            Assert.True(quick.Events.TryRead(out _));
        }

        Assert.Equal(1, feed.WatcherCount);
        int got = 0;
        while (slow.Events.TryRead(out _))
        {
            got++;
        }

        Assert.Equal(EventFeed.WaitingEvents, got);
        Assert.False(await slow.Events.WaitToReadAsync(TestContext.Current.CancellationToken));
    }
}
