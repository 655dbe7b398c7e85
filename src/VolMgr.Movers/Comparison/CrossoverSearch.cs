using VolMgr.Movers.Hypervisors;
using VolMgr.Movers.Moves;

namespace VolMgr.Movers.Comparison;

/// <summary>
/// Finds the rate of writes from which on tracking does not converge: whole moves of a small disk, the rate doubled or
/// halved until one converges and one does not, then the middle of the two again and again.
/// </summary>
/// <remarks>
/// What decides is that a pass leaves less than it copied, so a probe ends where three quarters of the disk are left:
/// to go on would take the more passes, the nearer the rate is, and teach nothing more.
/// </remarks>
internal sealed class CrossoverSearch(ComparisonOptions options)
{
    private const long LargestDisk = 16 << 20;
    private const double Precision = 0.02;
    private const long CopyStep = 64 << 10;
    private static readonly int[] CurvePercents = [10, 30, 50, 70, 80, 90, 110];

    private readonly List<CrossoverProbe> probes = [];
    private readonly long size = Math.Min(options.Size, LargestDisk);
    private double copyRate;

    /// <summary>The times of tracking and mirror at rates below and above, each by a move that may run beside the
    /// others.</summary>
    public IEnumerable<Func<CurvePoint>> Curve =>
        CurvePercents.Select(percent => (Func<CurvePoint>)(() => Point(options.CopyRate * percent / 100)));

    /// <summary>Searches.</summary>
    public Crossover Find()
    {
        long low = options.WriteRate;
        long high = options.WriteRate;
        if (Converges(options.WriteRate))
        {
            while (Converges(high *= 2))
            {
                low = high;
            }
        }
        else
        {
            while (!Converges(low /= 2))
            {
                high = low;
            }
        }

        while (high - low > Precision * high)
        {
            long middle = (low + high) / 2;
            (low, high) = Converges(middle) ? (middle, high) : (low, middle);
        }

        return new Crossover(low, high, copyRate, size)
        {
            Probes = probes,
        };
    }

    private bool Converges(long writeRate)
    {
        MoverRun run = Track(writeRate, new TrackingLimits
        {
            RegionSize = ComparisonOptions.WriteSize,
            Threshold = size / 4 * 3,
            MaximumPasses = int.MaxValue,
        });
        CopyPass first = run.Report.Passes[0];
        copyRate = probes.Count == 0 ? first.Bytes / first.Took.TotalSeconds : copyRate;
        bool isMoved = run.Report.Result == MoveResult.Moved;
        probes.Add(new CrossoverProbe(writeRate, isMoved, run.Report.LivePasses, Copying(run)));
        return isMoved;
    }

    private CurvePoint Point(long writeRate)
    {
        MoverRun tracking = Track(writeRate, limits: null);
        ComparedGuest guest = Guest(writeRate);
        MoverRun mirror = MoverRunner.Run(guest, MoverKind.PlexMirror, new PlexMirrorMover(guest));
        return new CurvePoint(
            writeRate, tracking.Report.Result == MoveResult.Moved ? Copying(tracking) : null, Copying(mirror));
    }

    private MoverRun Track(long writeRate, TrackingLimits? limits)
    {
        ComparedGuest guest = Guest(writeRate);
        return MoverRunner.Run(
            guest, MoverKind.Tracking, new StorageMotionMover(guest, StorageMotionMode.Tracking) { Limits = limits });
    }

    private ComparedGuest Guest(long writeRate) =>
        new(options with { Size = size, WriteRate = writeRate }) { CopyStep = CopyStep };

    private static TimeSpan Copying(MoverRun run) =>
        TimeSpan.FromTicks(run.Report.Passes.Sum(pass => pass.Took.Ticks));
}
