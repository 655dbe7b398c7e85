using VolMgr.Blocks;

namespace VolMgr.Volumes.InputOutput;

/// <summary>
/// Folds the parts of one operation that were started together: the first error sticks, and the operation ends when
/// every part has ended. Allocates only when a part did not complete at once.
/// </summary>
internal struct StatusGather
{
    private List<ValueTask<IoStatus>>? pending;
    private IoStatus folded;

    /// <summary>Adds a part that has been started.</summary>
    public void Add(ValueTask<IoStatus> part)
    {
        if (TryTake(part, out IoStatus status))
        {
            folded = folded == IoStatus.Success ? status : folded;
        }
        else
        {
            (pending ??= []).Add(part);
        }
    }

    /// <summary>Reads the answer of a part that has completed already; another part is left to be awaited.</summary>
    public static bool TryTake(in ValueTask<IoStatus> part, out IoStatus status)
    {
        bool isCompleted = part.IsCompletedSuccessfully;
        status = isCompleted ? part.Result : IoStatus.Success;
        return isCompleted;
    }

    /// <summary>Waits for all parts.</summary>
    public readonly ValueTask<IoStatus> EndAsync() =>
        pending is null ? ValueTask.FromResult(folded) : AwaitAsync(pending, folded);

    private static async ValueTask<IoStatus> AwaitAsync(List<ValueTask<IoStatus>> pending, IoStatus folded)
    {
        foreach (ValueTask<IoStatus> part in pending)
        {
            IoStatus status = await part;
            folded = folded == IoStatus.Success ? status : folded;
        }

        return folded;
    }
}
