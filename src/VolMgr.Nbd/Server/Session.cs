using VolMgr.Nbd.Protocol;

namespace VolMgr.Nbd.Server;

/// <summary>What a handshake has agreed on, and the export that it opened.</summary>
internal sealed class Session
{
    public Session(NbdExport export, HeaderStyle style, IReadOnlyList<SelectedContext> contexts)
    {
        Export = export;
        Style = style;
        Contexts = contexts;
        Device = new ExportDevice(export.Device);
    }

    public NbdExport Export { get; }

    public ExportDevice Device { get; }

    public HeaderStyle Style { get; }

    /// <summary>Those of NBD_OPT_SET_META_CONTEXT, if it was for this export.</summary>
    public IReadOnlyList<SelectedContext> Contexts { get; }

    public bool IsReadOnly => Export.IsReadOnly;

    public bool HasStatusPayload => Style == HeaderStyle.Extended && Contexts.Count > 0;

    public TransmissionFlags Flags => FlagsOf(Export, Style, HasStatusPayload);

    /// <summary>
    /// The truth about an export. Connections to one export share its caches, so a flush on any of them covers all.
    /// </summary>
    public static TransmissionFlags FlagsOf(NbdExport export, HeaderStyle style, bool hasStatusPayload)
    {
        TransmissionFlags flags = TransmissionFlags.HasFlags | TransmissionFlags.SendFlush | TransmissionFlags.SendFua
            | TransmissionFlags.CanMultiConn | TransmissionFlags.SendCache;
        flags |= export.IsReadOnly
            ? TransmissionFlags.ReadOnly
            : TransmissionFlags.SendTrim | TransmissionFlags.SendWriteZeroes | TransmissionFlags.SendFastZero;
        if (style != HeaderStyle.Simple)
        {
            flags |= TransmissionFlags.SendDf;
        }

        return hasStatusPayload ? flags | TransmissionFlags.BlockStatusPayload : flags;
    }
}

/// <summary>A metadata context under the number that this connection gave it.</summary>
internal sealed record SelectedContext(uint Id, IMetaContext Context);
