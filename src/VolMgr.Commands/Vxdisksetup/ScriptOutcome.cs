using VolMgr.Volumes;

namespace VolMgr.Commands.Vxdisksetup;

/// <summary>vxdisksetup and vxdiskunsetup are scripts in the field: whatever goes wrong, they exit with 1.</summary>
internal static class ScriptOutcome
{
    /// <summary>The same outcome with the exit code of a script.</summary>
    public static Outcome Of(Outcome outcome) => outcome.Refusal is { } refusal
        ? refusal with { Code = ErrorCode.Usage, MessageId = MessageIds.Of(refusal) }
        : outcome;
}
