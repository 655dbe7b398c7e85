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
        if (part.IsCompletedSuccessfully)
        {
            Fold(part.Result);
        }
        else
        {
            (pending ??= []).Add(part);
        }
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

    private void Fold(IoStatus status) => folded = folded == IoStatus.Success ? status : folded;
}
