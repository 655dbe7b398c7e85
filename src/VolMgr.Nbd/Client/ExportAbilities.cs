using VolMgr.Blocks;
using VolMgr.Nbd.Protocol;

namespace VolMgr.Nbd.Client;

/// <summary>What the server said about the export when the connection was negotiated.</summary>
internal sealed record ExportAbilities
{
    /// <summary>The most that one request carries, whatever the server allows.</summary>
    public const int MostTransfer = 4 << 20;

    /// <summary>NBD protocol, Block size constraints: what every server takes that says nothing.</summary>
    public const uint DefaultMaximumBlock = 32 << 20;

    /// <summary>Bytes of the export.</summary>
    public required long Size { get; init; }

    /// <summary>Transmission flags.</summary>
    public required TransmissionFlags Flags { get; init; }

    /// <summary>Requests are multiples of it.</summary>
    public uint MinimumBlock { get; init; } = 1;

    /// <summary>No request carries more.</summary>
    public uint MaximumBlock { get; init; } = DefaultMaximumBlock;

    /// <summary>Whether read replies come in chunks.</summary>
    public bool IsStructured { get; init; }

    /// <summary>The id of base:allocation on this connection; null where the server has no extents.</summary>
    public uint? AllocationContext { get; init; }

    public bool IsReadOnly => Has(TransmissionFlags.ReadOnly);

    public bool CanFlush => Has(TransmissionFlags.SendFlush);

    public bool CanForce => Has(TransmissionFlags.SendFua);

    public bool CanWriteZeroes => Has(TransmissionFlags.SendWriteZeroes);

    public bool CanFastZero => CanWriteZeroes && Has(TransmissionFlags.SendFastZero);

    public bool CanMultiConnect => Has(TransmissionFlags.CanMultiConn);

    /// <summary>Bytes that one read or write carries, a multiple of 512.</summary>
    public int TransferSize => (int)Math.Min(MaximumBlock, MostTransfer) & ~(BlockRange.SectorSize - 1);

    /// <summary>Why such an export cannot hold the bytes of a device of that length; null when it can.</summary>
    public string? FindProblem(long length)
    {
        if (!Has(TransmissionFlags.HasFlags))
        {
            return "the server sent no transmission flags";
        }

        if (Size < length)
        {
            return $"the export has {Size} bytes, {length} are needed";
        }

        if (MinimumBlock > BlockRange.SectorSize)
        {
            return $"the export takes requests of {MinimumBlock} bytes only; VolMgr needs sectors of 512 bytes";
        }

        return MinimumBlock == 0 || (MinimumBlock & (MinimumBlock - 1)) != 0 || MaximumBlock < BlockRange.SectorSize
            ? $"the export's block sizes make no sense (from {MinimumBlock} to {MaximumBlock} bytes)"
            : null;
    }

    /// <summary>
    /// Why a server that came back cannot be used as the one before; null when it can. Requests that are repeated were
    /// made for the former abilities.
    /// </summary>
    public string? FindLoss(ExportAbilities before)
    {
        const TransmissionFlags needed = TransmissionFlags.SendFlush | TransmissionFlags.SendFua
            | TransmissionFlags.SendWriteZeroes | TransmissionFlags.SendFastZero;
        return IsReadOnly && !before.IsReadOnly ? "the export became read-only"
            : (before.Flags & needed & ~Flags) != TransmissionFlags.None ? "the server can do less than before"
            : TransferSize < before.TransferSize ? "the server takes smaller requests than before"
            : before.AllocationContext is not null && AllocationContext is null ? "the server forgot base:allocation"
            : null;
    }

    private bool Has(TransmissionFlags flag) => (Flags & flag) != TransmissionFlags.None;
}
