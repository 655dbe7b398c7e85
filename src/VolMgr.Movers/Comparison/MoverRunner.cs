using VolMgr.Movers.Moves;

namespace VolMgr.Movers.Comparison;

/// <summary>Puts a guest through one mover, in a simulated world of its own: the guest works before, during and after
/// the move; then the arrays lose their power, and all that was acknowledged is read back.</summary>
internal static class MoverRunner
{
    private static readonly TimeSpan Before = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan After = TimeSpan.FromMilliseconds(100);

    /// <summary>Runs it. Another one may take part in the move at its steps.</summary>
    public static MoverRun Run(
        ComparisonOptions options, MoverKind kind, Func<ComparedGuest, ComparedMover, MoveSteps>? stepsOf = null)
    {
        var guest = new ComparedGuest(options);
        return Run(guest, kind, ComparedMover.Of(kind, guest), stepsOf);
    }

    /// <summary>Runs a mover on a guest that nobody has used yet.</summary>
    public static MoverRun Run(
        ComparedGuest guest, MoverKind kind, ComparedMover mover,
        Func<ComparedGuest, ComparedMover, MoveSteps>? stepsOf = null) =>
        guest.Simulator.Run(async () =>
        {
            MoveSteps steps = stepsOf?.Invoke(guest, mover) ?? new MoveSteps();
            await GuestWorkload.FillAsync(
                guest.Find(ComparedGuest.Old, ComparedGuest.DiskFile)!.Medium, ComparisonOptions.WriteSize);
            Task work = guest.Engine.StartAsync(guest.Application.RunAsync);
            await mover.BeginAsync();
            await guest.Engine.DelayAsync(Before, CancellationToken.None);
            TimeSpan from = guest.Application.Now;
            MoveReport report = await mover.MoveAsync(steps);
            TimeSpan to = guest.Application.Now;
            await guest.Engine.DelayAsync(After, CancellationToken.None);
            guest.Application.End();
            await work;
            await mover.EndAsync();
            guest.LosePower();
            return new MoverRun(MoverCard.Of(kind), report)
            {
                Before = ApplicationView.Of(guest.Application.Ended, TimeSpan.Zero, from),
                During = ApplicationView.Of(guest.Application.Ended, from, to),
                Time = to - from,
                Data = mover.Data,
                InUseOnOldArray = mover.InUseOnOldArray,
                LyingOnOldArray = guest.BytesOn(ComparedGuest.Old),
                LeftWords = mover.LeftWords,
                Lost = await mover.CountLostAsync(),
            };
        });
}
