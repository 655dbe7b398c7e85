namespace VolMgr.Blocks.Tests;

public sealed class ErrnoTests
{
    /// <summary>Linux numbers, written out: the table must not be tested against its own constants.</summary>
    private static readonly Dictionary<int, IoStatus> Expected = new()
    {
        [0] = IoStatus.Success,
        [1] = IoStatus.ReadOnly,
        [2] = IoStatus.NotReachable,
        [5] = IoStatus.MediaError,
        [6] = IoStatus.NotReachable,
        [9] = IoStatus.ReadOnly,
        [13] = IoStatus.ReadOnly,
        [14] = IoStatus.MediaError,
        [19] = IoStatus.NotReachable,
        [20] = IoStatus.NotReachable,
        [27] = IoStatus.NoSpace,
        [28] = IoStatus.NoSpace,
        [30] = IoStatus.ReadOnly,
        [52] = IoStatus.ReservationConflict,
        [108] = IoStatus.NotReachable,
        [110] = IoStatus.Timeout,
        [113] = IoStatus.NotReachable,
        [116] = IoStatus.NotReachable,
        [122] = IoStatus.NoSpace,
        [9999] = IoStatus.MediaError,
    };

    [Fact]
    public void Each_error_number_has_its_status() =>
        Assert.All(Expected, pair => Assert.Equal(pair.Value, Errno.ToStatus(pair.Key)));

    [Fact]
    public void Every_status_is_the_meaning_of_some_error_number() =>
        Assert.Equal(Enum.GetValues<IoStatus>(), Expected.Values.Distinct().Order());

    [Fact]
    public void No_error_number_but_zero_means_success() =>
        Assert.DoesNotContain(Enumerable.Range(1, 200), error => Errno.ToStatus(error) == IoStatus.Success);
}
