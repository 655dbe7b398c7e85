namespace VolMgr.Fuzz.Targets;

/// <summary>Everything a client of the NBD server sends, from its flags on.</summary>
internal sealed class HandshakeTarget : IFuzzTarget
{
    public string Name => "handshake";

    public void Run(ReadOnlySpan<byte> input) => NbdWorld.Serve(input);
}
