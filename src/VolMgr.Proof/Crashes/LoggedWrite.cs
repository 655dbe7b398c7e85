using System.Text;
using VolMgr.Blocks;
using VolMgr.Simulation;

namespace VolMgr.Proof.Crashes;

/// <summary>A write, zero or discard as a disk was given it.</summary>
/// <param name="Number">Counted from 1 over all disks of a run, in the order of coming.</param>
/// <param name="Lun">The disk.</param>
/// <param name="Offset">Where.</param>
/// <param name="Length">How much.</param>
/// <param name="Data">What; null for zeroes.</param>
/// <param name="IsForced">Whether it is durable as soon as it is done.</param>
internal sealed record LoggedWrite(int Number, string Lun, long Offset, long Length, byte[]? Data, bool IsForced)
{
    /// <summary>Whether no loss of power can take it any more.</summary>
    public bool IsDurable { get; set; }

    /// <summary>What it does to the disks.</summary>
    public CrashIdentity Identity { get; } = CrashIdentity.Of(
        CrashIdentity.Of(default, Encoding.UTF8.GetBytes($"{Lun} {Offset} {Length} {Data is null}")), Data ?? []);

    /// <summary>Whether it can be torn.</summary>
    public bool HasHalves => Length >= 2 * Stamp.SectorSize;

    /// <summary>Puts it, or its first half, onto a medium.</summary>
    public void ApplyTo(SimulatedDisk disk, bool isHalf)
    {
        long length = isHalf ? Length / Stamp.SectorSize / 2 * Stamp.SectorSize : Length;
        ValueTask<IoStatus> done = Data is null
            ? disk.Medium.ZeroAsync(Offset, length, WriteFlags.None, CancellationToken.None)
            : disk.Medium.WriteAsync(
                Offset, Data.AsMemory(0, (int)length), WriteFlags.None, CancellationToken.None);
        Invariant.Holds(done.IsCompletedSuccessfully && done.Result == IoStatus.Success);
    }
}
