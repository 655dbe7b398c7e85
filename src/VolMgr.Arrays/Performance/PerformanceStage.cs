using VolMgr.Arrays.Multipath;

namespace VolMgr.Arrays.Performance;

/// <summary>One modelled part of an array at run time, shared by all that pass it, whatever host they come from.
/// Thread-safe.</summary>
internal sealed class PerformanceStage
{
    private readonly PerformanceModel model;
    private readonly ServiceLine? commands;
    private readonly ServiceLine? reading;
    private readonly ServiceLine? writing;
    private readonly Lock changing = new();
    private readonly Queue<TaskCompletionSource> waiting = new();
    private int underWay;

    /// <summary>A part with that model.</summary>
    /// <param name="model">What it takes.</param>
    /// <param name="isDuplex">Whether each direction has the bandwidth for itself.</param>
    public PerformanceStage(PerformanceModel model, bool isDuplex)
    {
        this.model = model;
        commands = model.OperationsPerSecond == 0 ? null : new ServiceLine(model.OperationsPerSecond);
        reading = model.BytesPerSecond == 0 ? null : new ServiceLine(model.BytesPerSecond);
        writing = model.BytesPerSecond != 0 && isDuplex ? new ServiceLine(model.BytesPerSecond) : reading;
    }

    /// <summary>Fixed time of an operation.</summary>
    public TimeSpan LatencyOf(LunOperationKind kind) => kind switch
    {
        LunOperationKind.Read => model.Read,
        LunOperationKind.Write => model.Write,
        LunOperationKind.Flush => model.Flush,
        LunOperationKind.Touch => TimeSpan.Zero,
    };

    /// <summary>Takes an operation's place in the part's lines; when it will have passed them, in ticks.</summary>
    public long Reserve(LunOperationKind kind, long nowTicks, long bytes)
    {
        long passed = commands?.Reserve(nowTicks, 1) ?? nowTicks;
        ServiceLine? link = kind == LunOperationKind.Read ? reading : writing;
        return link is null || bytes == 0 ? passed : Math.Max(passed, link.Reserve(nowTicks, bytes));
    }

    /// <summary>Waits for a place in the queue; completed where there is one. Every wait ends in a
    /// <see cref="Leave"/>.</summary>
    public Task EnterAsync()
    {
        if (model.QueueDepth == 0)
        {
            return Task.CompletedTask;
        }

        lock (changing)
        {
            if (underWay < model.QueueDepth)
            {
                underWay++;
                return Task.CompletedTask;
            }

            var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            waiting.Enqueue(turn);
            return turn.Task;
        }
    }

    /// <summary>Gives the place to whoever waits longest.</summary>
    public void Leave()
    {
        if (model.QueueDepth == 0)
        {
            return;
        }

        TaskCompletionSource? next;
        lock (changing)
        {
            if (!waiting.TryDequeue(out next))
            {
                underWay--;
            }
        }

        next?.SetResult();
    }
}
