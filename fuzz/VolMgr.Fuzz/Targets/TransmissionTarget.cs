namespace VolMgr.Fuzz.Targets;

/// <summary>Requests with extended headers, after a handshake that chose an export and a context.</summary>
internal sealed class TransmissionTarget : IFuzzTarget
{
    private static readonly byte[] Handshake = Convert.FromHexString(
        "00000003"
        + "49484156454F5450" + "0000000B" + "00000000"
        + "49484156454F5450" + "0000000A" + "0000001C" + "00000001" + "76" + "00000001" + "0000000F"
        + "626173653A616C6C6F636174696F6E"
        + "49484156454F5450" + "00000007" + "00000007" + "00000001" + "76" + "0000");

    public string Name => "transmission";

    public string What => "what it sends after: requests with extended headers";

    public void Run(ReadOnlySpan<byte> input) => NbdWorld.Serve([.. Handshake, .. input]);
}
