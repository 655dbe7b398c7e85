using VolMgr.Nbd.Protocol;

namespace VolMgr.Nbd.Server;

/// <summary>
/// The checked boundary: what passes here has a known command, only flags that belong to it, and a range inside the
/// export in its units. Nothing behind it looks at a length with suspicion.
/// </summary>
internal sealed class RequestCheck(Session session)
{
    private readonly Session _session = session;

    /// <summary>Null: the request is carried out.</summary>
    public Refusal? Check(in RequestHeader request) => request.Command switch
    {
        NbdCommand.Read => CheckFlags(request, DfFlag) ?? CheckRange(request, Refusal.BeyondEnd)
            ?? CheckLength(request),
        NbdCommand.Write => CheckFlags(request, PayloadFlag) ?? CheckWrite(request),
        NbdCommand.Disconnect => CheckFlags(request, CommandFlags.None),
        NbdCommand.Flush => CheckFlags(request, CommandFlags.None),
        NbdCommand.Trim => CheckFlags(request, CommandFlags.None) ?? CheckWritable()
            ?? CheckRange(request, Refusal.BeyondEnd),
        NbdCommand.Cache => CheckFlags(request, CommandFlags.None) ?? CheckRange(request, Refusal.BeyondEnd)
            ?? CheckLength(request),
        NbdCommand.WriteZeroes => CheckFlags(request, CommandFlags.NoHole | CommandFlags.FastZero)
            ?? CheckWritable() ?? CheckRange(request, Refusal.NoSpaceBeyondEnd) ?? CheckFast(request),
        NbdCommand.BlockStatus => CheckFlags(request, CommandFlags.ReqOne | StatusPayloadFlag)
            ?? (_session.Contexts.Count == 0 ? Refusal.NoContext : CheckStatus(request)),
        _ => Refusal.UnknownCommand,
    };

    /// <summary>The range of a status question, whose length may have come in the payload.</summary>
    public Refusal? CheckStatusRange(in RequestHeader request) =>
        request.Length == 0 ? Refusal.EmptyRange : CheckRange(request, Refusal.BeyondEnd);

    private CommandFlags DfFlag => _session.Style == HeaderStyle.Simple ? CommandFlags.None : CommandFlags.Df;

    private CommandFlags PayloadFlag =>
        _session.Style == HeaderStyle.Extended ? CommandFlags.PayloadLength : CommandFlags.None;

    private CommandFlags StatusPayloadFlag =>
        _session.HasStatusPayload ? CommandFlags.PayloadLength : CommandFlags.None;

    /// <summary>Every command takes NBD_CMD_FLAG_FUA; it means something to those that write.</summary>
    private static Refusal? CheckFlags(in RequestHeader request, CommandFlags allowed) =>
        (request.Flags & ~(allowed | CommandFlags.Fua)) == CommandFlags.None ? null : Refusal.UnknownFlags;

    private static Refusal? CheckLength(in RequestHeader request) =>
        request.Length <= Limits.MaximumPayload ? null : Refusal.TooLong;

    private Refusal? CheckWritable() => _session.IsReadOnly ? Refusal.ReadOnly : null;

    private Refusal? CheckWrite(in RequestHeader request)
    {
        if (_session.Style == HeaderStyle.Extended && !Has(request, CommandFlags.PayloadLength))
        {
            return Refusal.NoPayload;
        }

        return CheckWritable() ?? CheckRange(request, Refusal.NoSpaceBeyondEnd) ?? CheckLength(request);
    }

    /// <summary>With a payload, the length of the range is in it and is checked when it has arrived.</summary>
    private Refusal? CheckStatus(in RequestHeader request) =>
        Has(request, CommandFlags.PayloadLength) ? CheckStatusList(request) : CheckStatusRange(request);

    private Refusal? CheckStatusList(in RequestHeader request) =>
        StatusPayload.IsLength(request.Length, _session.Contexts.Count) ? null : Refusal.BadContexts;

    private Refusal? CheckFast(in RequestHeader request)
    {
        bool isFast = _session.Device.ZeroesFast && !Has(request, CommandFlags.NoHole);
        return Has(request, CommandFlags.FastZero) && !isFast ? Refusal.NotFast : null;
    }

    /// <summary>No sum is formed that could overflow: both numbers are the client's.</summary>
    private Refusal? CheckRange(in RequestHeader request, Refusal beyondEnd)
    {
        ulong end = (ulong)_session.Device.Length;
        if (request.Offset > end || request.Length > end - request.Offset)
        {
            return beyondEnd;
        }

        ulong remainder = (request.Offset | request.Length) & (ulong)(_session.Device.MinimumBlock - 1);
        return remainder == 0 ? null : Refusal.Unaligned;
    }

    private static bool Has(in RequestHeader request, CommandFlags flag) =>
        (request.Flags & flag) != CommandFlags.None;
}
