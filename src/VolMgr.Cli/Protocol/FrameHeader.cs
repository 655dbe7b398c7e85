using System.Buffers.Binary;

namespace VolMgr.Cli.Protocol;

/// <summary>
/// The eight bytes before every frame's payload, little-endian:
/// <code>
/// offset size field
///      0    2  magic "VM"
///      2    1  protocol version
///      3    1  frame type
///      4    4  payload length in bytes, at most the type's limit
/// </code>
/// A reader checks all of it before it believes the length, so that foreign bytes end the connection and nothing else.
/// </summary>
internal readonly record struct FrameHeader(FrameType Type, int PayloadLength)
{
    /// <summary>Size of a header in bytes.</summary>
    public const int Size = 8;

    /// <summary>Changes whenever a payload does; both ends must agree.</summary>
    public const byte Version = 1;

    /// <summary>The most data that one read or write carries.</summary>
    public const int MaximumTransfer = 16 << 20;

    /// <summary>The most text that one input or output frame carries.</summary>
    public const int MaximumText = 32 << 10;

    /// <summary>The most bytes that a command's arguments and environment may take.</summary>
    public const int MaximumRequest = 2 << 20;

    private const ushort Magic = 0x4D56;
    private const int TransferHead = 32;
    private const int SmallPayload = 8 << 10;

    /// <summary>Writes a header into the first <see cref="Size"/> bytes.</summary>
    public void WriteTo(Span<byte> target)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(target, Magic);
        target[2] = Version;
        target[3] = (byte)Type;
        BinaryPrimitives.WriteInt32LittleEndian(target[4..], PayloadLength);
    }

    /// <summary>Reads and checks a header; null with a reason when it is none.</summary>
    public static FrameHeader? Read(ReadOnlySpan<byte> source, out string problem)
    {
        problem = "";
        if (BinaryPrimitives.ReadUInt16LittleEndian(source) != Magic)
        {
            problem = "the bytes are no frame of the control protocol";
        }
        else if (source[2] != Version)
        {
            problem = $"the other side speaks version {source[2]} of the control protocol, this one version {Version}";
        }
        else if (MaximumPayload(source[3]) is var limit && limit < 0)
        {
            problem = $"frame type {source[3]} is unknown";
        }
        else if (BinaryPrimitives.ReadUInt32LittleEndian(source[4..]) is var length && length > (uint)limit)
        {
            problem = $"a frame of type {(FrameType)source[3]} announces {length} bytes, more than {limit}";
        }
        else
        {
            return new FrameHeader((FrameType)source[3], (int)length);
        }

        return null;
    }

    private static int MaximumPayload(byte type) => (FrameType)type switch
    {
        FrameType.Run => MaximumRequest,
        FrameType.Input or FrameType.Output or FrameType.Error => MaximumText,
        FrameType.Write or FrameType.Reply => MaximumTransfer + TransferHead,
        FrameType.InputEnd or FrameType.Interrupt or FrameType.Stop or FrameType.OpenVolume or FrameType.Read
            or FrameType.Flush or FrameType.Close or FrameType.Accepted or FrameType.InputWanted or FrameType.Exit
            or FrameType.Refused or FrameType.VolumeOpened => SmallPayload,
        _ => -1, // a byte from outside, not one of our enum members
    };
}
