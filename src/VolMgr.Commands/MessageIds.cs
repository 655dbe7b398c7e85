using VolMgr.Volumes;

namespace VolMgr.Commands;

/// <summary>
/// The message number printed for a refusal that carries none of its own. These numbers are this program's: 9000 plus
/// the exit code, so that no real number of the field is borrowed for another sentence.
/// </summary>
internal static class MessageIds
{
    /// <summary>The message id of a refusal.</summary>
    public static string Of(Refusal refusal) => refusal.MessageId ?? $"V-5-1-{9000 + (int)refusal.Code}";
}
