using VolMgr.Blocks;
using VolMgr.Nbd.Protocol;

namespace VolMgr.Nbd.Server;

/// <summary>Why a request is answered with an error: the code for programs, a sentence for people.</summary>
internal sealed record Refusal(NbdError Error, string Message)
{
    public static readonly Refusal ReadOnly = new(NbdError.NotPermitted, "the export is read-only");
    public static readonly Refusal UnknownCommand = new(NbdError.Invalid, "unknown command");
    public static readonly Refusal UnknownFlags = new(NbdError.Invalid, "a flag does not belong to this command");
    public static readonly Refusal NoPayload = new(NbdError.Invalid, "an extended write must count its payload");
    public static readonly Refusal Unaligned = new(NbdError.Invalid, "offset and length must be multiples of 512");
    public static readonly Refusal BeyondEnd = new(NbdError.Invalid, "the range reaches beyond the end");
    public static readonly Refusal NoSpaceBeyondEnd = new(NbdError.NoSpace, "the range reaches beyond the end");
    public static readonly Refusal TooLong = new(NbdError.Invalid, "longer than the maximum of 32 MiB");
    public static readonly Refusal NotFast = new(NbdError.NotSupported, "zeroing is not faster than writing here");
    public static readonly Refusal NoContext = new(NbdError.Invalid, "no metadata context was negotiated");
    public static readonly Refusal EmptyRange = new(NbdError.Invalid, "the range is empty");
    public static readonly Refusal BadContexts = new(NbdError.Invalid, "the list of contexts is not valid");
    public static readonly Refusal WideStatus = new(NbdError.InputOutput, "this status needs extended headers");

    private static readonly Refusal Medium = new(NbdError.InputOutput, "the medium cannot be read or written");
    private static readonly Refusal Unreachable = new(NbdError.InputOutput, "the device cannot be reached");
    private static readonly Refusal Full = new(NbdError.NoSpace, "the backing store is full");
    private static readonly Refusal Slow = new(NbdError.InputOutput, "the device did not answer in time");
    private static readonly Refusal Protected = new(NbdError.NotPermitted, "the device refuses writes");

    private static readonly Refusal Reserved = new(NbdError.InputOutput, "another host has the device reserved");

    /// <summary>A request met a bug: the client gets an answer, the log gets the exception.</summary>
    public static readonly Refusal Fault = new(NbdError.InputOutput, "internal error");

    /// <summary>The one table from the status of a device to the wire; null: it succeeded.</summary>
    public static Refusal? Of(IoStatus status) => status switch
    {
        IoStatus.Success => null,
        IoStatus.MediaError => Medium,
        IoStatus.NotReachable => Unreachable,
        IoStatus.NoSpace => Full,
        IoStatus.Timeout => Slow,
        IoStatus.ReadOnly => Protected,
        IoStatus.ReservationConflict => Reserved,
    };
}
