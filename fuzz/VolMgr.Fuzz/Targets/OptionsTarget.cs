using VolMgr.Blocks;
using VolMgr.Nbd.Protocol;

namespace VolMgr.Fuzz.Targets;

/// <summary>
/// Data of options and heads of requests. What is read has to fit into what was there, and a head that is read and
/// written again is the same.
/// </summary>
internal sealed class OptionsTarget : IFuzzTarget
{
    public string Name => "options";

    public string What => "the data of NBD options, and request headers, without a server";

    public void Run(ReadOnlySpan<byte> input)
    {
        if (InfoRequest.Read(input) is { } info)
        {
            Invariant.Holds(info.Name.Length + (info.Infos.Count * sizeof(ushort)) <= input.Length);
        }

        if (MetaContextRequest.Read(input) is { } contexts)
        {
            Invariant.Holds(contexts.Queries.Count * sizeof(uint) <= input.Length);
        }

        if (input.Length >= RequestHeader.ExtendedSize)
        {
            RoundTrip(input, HeaderStyle.Simple);
            RoundTrip(input, HeaderStyle.Extended);
        }
    }

    private static void RoundTrip(ReadOnlySpan<byte> input, HeaderStyle style)
    {
        Span<byte> written = stackalloc byte[RequestHeader.ExtendedSize];
        if (RequestHeader.TryRead(input, style, out RequestHeader header))
        {
            header.WriteTo(written, style);
            int size = RequestHeader.SizeOf(style);
            Invariant.Holds(written[..size].SequenceEqual(input[..size]));
        }
    }
}
