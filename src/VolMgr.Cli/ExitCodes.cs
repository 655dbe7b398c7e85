namespace VolMgr.Cli;

/// <summary>Exit codes of the program's own verbs; the vx* commands have those of their manual pages.</summary>
internal static class ExitCodes
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>A check failed; what was asked for was carried out.</summary>
    public const int CheckFailed = 1;

    /// <summary>Wrong usage: arguments or environment.</summary>
    public const int WrongUsage = 2;

    /// <summary>Refused; nothing was changed.</summary>
    public const int Refused = 3;

    /// <summary>Interrupted by the user, or the owner process ended before the command did.</summary>
    public const int Interrupted = 4;

    /// <summary>A defect of this program; the owner's log has the details.</summary>
    public const int InternalError = 7;

    /// <summary>A vx* command that a signal ended, as a shell counts it (128 + SIGINT).</summary>
    public const int KilledByInterrupt = 130;

    /// <summary>Nobody reads the output any more, as a shell counts it (128 + SIGPIPE).</summary>
    public const int KilledByBrokenPipe = 141;
}
