namespace VolMgr.Cli;

/// <summary>
/// Something that the user can put right: the text is one sentence that names the thing and the remedy. Thrown where
/// the program meets the outside, caught once in <see cref="Program"/>, which prints it without a stack trace.
/// </summary>
internal sealed class UserErrorException(int exitCode, string message, Exception? cause = null)
    : Exception(message, cause)
{
    /// <summary>What the process exits with; see <see cref="ExitCodes"/>.</summary>
    public int ExitCode { get; } = exitCode;

    /// <summary>The arguments or the environment are wrong; nothing was tried.</summary>
    public static UserErrorException Usage(string message) => new(ExitCodes.WrongUsage, message);

    /// <summary>The request was refused; nothing was changed.</summary>
    public static UserErrorException Refused(string message, Exception? cause = null) =>
        new(ExitCodes.Refused, message, cause);
}
