namespace VolMgr.Cli.Protocol;

/// <summary>What a frame of the control protocol carries. One connection is one command or one open volume.</summary>
internal enum FrameType : byte
{
    /// <summary>Client: run a command. Payload: <see cref="RunRequest"/>.</summary>
    Run = 1,

    /// <summary>Client: up to 32 KiB of standard input, the answer to one <see cref="InputWanted"/>.</summary>
    Input = 2,

    /// <summary>Client: standard input has ended.</summary>
    InputEnd = 3,

    /// <summary>Client: interrupt the command (Ctrl-C). No payload.</summary>
    Interrupt = 4,

    /// <summary>Client: stop the owner cleanly. Payload: one byte, 1 to stop even while tasks run.</summary>
    Stop = 5,

    /// <summary>Client: open a volume for block I/O. Payload: <see cref="OpenVolumeRequest"/>.</summary>
    OpenVolume = 10,

    /// <summary>Client: read. Payload: id, offset, length.</summary>
    Read = 11,

    /// <summary>Client: write. Payload: id, offset, flags, data.</summary>
    Write = 12,

    /// <summary>Client: flush. Payload: id.</summary>
    Flush = 13,

    /// <summary>Client: close the volume once everything in flight has been answered.</summary>
    Close = 14,

    /// <summary>
    /// Owner: the command has been taken; what follows is its output. Until then a client may try again.
    /// </summary>
    Accepted = 20,

    /// <summary>Owner: bytes for standard output.</summary>
    Output = 21,

    /// <summary>Owner: bytes for standard error.</summary>
    Error = 22,

    /// <summary>Owner: the command reads standard input; send one frame of it.</summary>
    InputWanted = 23,

    /// <summary>Owner: the command has ended. Payload: exit code, 4 bytes.</summary>
    Exit = 24,

    /// <summary>Owner: the request is refused. Payload: exit code, 4 bytes, and a sentence.</summary>
    Refused = 25,

    /// <summary>Owner: the volume is open. Payload: its length in bytes.</summary>
    VolumeOpened = 30,

    /// <summary>Owner: answer to a read, write or flush, in any order. Payload: id, status, data of a read.</summary>
    Reply = 31,
}
