namespace VolMgr.Cli.Protocol;

/// <summary>Which volume a client wants for block I/O.</summary>
/// <param name="HostName">The emulated host; empty for the lab's first one.</param>
/// <param name="Group">Disk group.</param>
/// <param name="Volume">Volume in it.</param>
internal sealed record OpenVolumeRequest(string HostName, string Group, string Volume)
{
    /// <summary>The request as a payload.</summary>
    public ReadOnlyMemory<byte> ToPayload() =>
        new PayloadWriter().Text(HostName).Text(Group).Text(Volume).Written;

    /// <summary>Reads a payload; null when it is malformed.</summary>
    public static OpenVolumeRequest? Read(ReadOnlySpan<byte> payload)
    {
        var reader = new PayloadReader(payload);
        var request = new OpenVolumeRequest(reader.Text(), reader.Text(), reader.Text());
        return reader.IsValid ? request : null;
    }
}
