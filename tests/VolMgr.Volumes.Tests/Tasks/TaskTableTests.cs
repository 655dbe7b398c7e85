using VolMgr.Simulation;
using VolMgr.Volumes.Tasks;

namespace VolMgr.Volumes.Tests.Tasks;

public sealed class TaskTableTests
{
    private readonly Simulator simulator = new(1);
    private readonly TaskTable table;

    public TaskTableTests() => table = new TaskTable(simulator.Time);

    [Fact]
    public void Ids_grow_and_a_task_is_found_by_id_and_tag()
    {
        VolumeTask first = Begin("mig1");
        VolumeTask second = Begin("");
        Assert.Equal(160, first.Id);
        Assert.Equal(161, second.Id);
        Assert.Same(first, table.Find("mig1"));
        Assert.Same(second, table.Find("161"));
        Assert.Null(table.Find(""));
        Assert.Null(table.Find("162"));
    }

    [Fact]
    public void What_was_told_to_a_parent_holds_for_a_child_that_begins_later()
    {
        VolumeTask parent = Begin("");
        TaskRequest part = new() { Type = "ATCOPY", Operation = "PLXATT", ParentId = parent.Id, SlowMs = 250 };
        VolumeTask early = table.Start(part);
        Assert.Equal(250, early.SlowMs);
        parent.SetSlow(0);
        Assert.True(parent.Pause());
        VolumeTask late = table.Start(part);

        Assert.Equal((0, 0), (early.SlowMs, late.SlowMs));
        Assert.Equal(TaskState.Paused, late.State);
        Assert.True(parent.Resume());
        Assert.Equal(TaskState.Running, late.State);
    }

    [Fact]
    public async Task A_finished_task_leaves_the_list_and_its_waiter_gets_the_state()
    {
        VolumeTask task = Begin("");
        task.Report(1000);
        task.Finish(TaskState.Failed, "no disk");
        task.Finish(TaskState.Completed);
        Assert.Empty(table.List);
        Assert.Equal(TaskState.Failed, await task.Completion);
        Assert.Equal("no disk", task.Failure);
    }

    [Fact]
    public void Progress_never_goes_back_and_reaches_the_end_only_when_completed()
    {
        VolumeTask task = Begin("");
        task.Report(4096);
        task.Report(1024);
        Assert.Equal(4096, task.Current);
        task.Report(1 << 20);
        Assert.Equal((1 << 20) - 512, task.Current);
        Assert.True(task.Percent < 100);
        task.Finish(TaskState.Completed);
        Assert.Equal(1 << 20, task.Current);
        Assert.Equal(100, task.Percent);
    }

    [Fact]
    public void A_paused_task_waits_and_its_work_time_stands_still()
    {
        simulator.Run(async () =>
        {
            VolumeTask task = Begin("");
            await simulator.Engine.DelayAsync(TimeSpan.FromSeconds(3), CancellationToken.None);
            Assert.True(task.Pause());
            Assert.False(task.Pause());
            Task point = task.PausePointAsync().AsTask();
            await simulator.Engine.DelayAsync(TimeSpan.FromSeconds(10), CancellationToken.None);
            Assert.False(point.IsCompleted);
            Assert.Equal(TimeSpan.FromSeconds(3), task.WorkTime);
            Assert.True(task.Resume());
            await point;
            task.Report(1 << 19);
            await simulator.Engine.DelayAsync(TimeSpan.FromSeconds(1), CancellationToken.None);
            Assert.Equal(TimeSpan.FromSeconds(4), task.WorkTime);
            Assert.Equal(TimeSpan.FromSeconds(4), task.Remaining);
        });
    }

    [Fact]
    public void Abort_frees_a_paused_task_and_fires_its_token()
    {
        VolumeTask task = Begin("");
        task.Pause();
        Assert.True(task.Abort());
        Assert.Equal(TaskState.Aborting, task.State);
        Assert.True(task.PausePointAsync().AsTask().IsCompleted);
        Assert.True(task.AbortToken.IsCancellationRequested);
        Assert.False(task.Abort());
        Assert.False(task.Resume());
    }

    [Fact]
    public void A_parent_controls_its_children_and_counts_those_that_ended()
    {
        VolumeTask parent = table.Start(new TaskRequest { Type = "PARENT", Operation = "VXRECOVER", End = 2 });
        VolumeTask child = table.Start(new TaskRequest
        {
            Type = "ATCOPY",
            Operation = "PLXATT",
            ParentId = parent.Id,
            End = 4096,
        });
        parent.Pause();
        Assert.Equal(TaskState.Paused, child.State);
        parent.SetSlow(250);
        Assert.Equal(250, child.SlowMs);
        parent.Resume();
        Assert.Equal(TaskState.Running, child.State);
        Assert.Equal([child], table.ChildrenOf(parent.Id));
        child.Finish(TaskState.Completed);
        Assert.Equal(1, parent.Current);
    }

    [Fact]
    public async Task A_change_wakes_who_waits_for_one()
    {
        long seen = table.Version;
        Task wait = table.WaitForChangeAsync(seen);
        Assert.False(wait.IsCompleted);
        VolumeTask task = Begin("");
        await wait;
        seen = table.Version;
        wait = table.WaitForChangeAsync(seen);
        task.Report(512);
        Assert.False(wait.IsCompleted);
        task.Pause();
        await wait;
        Assert.True(table.WaitForChangeAsync(seen).IsCompleted);
    }

    private VolumeTask Begin(string tag) => table.Start(new TaskRequest
    {
        Type = "ATCOPY",
        Operation = "PLXATT",
        Tag = tag,
        End = 1 << 20,
    });
}
