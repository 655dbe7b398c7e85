namespace VolMgr.Fuzz.Targets;

/// <summary>Everything a client of the NBD server sends, from its flags on.</summary>
internal sealed class HandshakeTarget : IFuzzTarget
{
    public string Name => "handshake";

    public string What => "what a client of the NBD server sends before it has chosen an export";

    public void Run(ReadOnlySpan<byte> input) => NbdWorld.Serve(input);
}
