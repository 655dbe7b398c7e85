using System.Security.Cryptography;

namespace VolMgr.Proof.Crashes;

/// <summary>What tells one crash from any other: what applications knew, and what the disks kept.</summary>
internal readonly record struct CrashIdentity(UInt128 Value)
{
    /// <summary>A sequence with one part more.</summary>
    public static CrashIdentity Of(CrashIdentity before, ReadOnlySpan<byte> part)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(part, hash);
        return before.With(new CrashIdentity(
            new UInt128(BitConverter.ToUInt64(hash), BitConverter.ToUInt64(hash[sizeof(ulong)..]))));
    }

    /// <summary>A sequence with another one behind it.</summary>
    public CrashIdentity With(CrashIdentity next) => new(unchecked(
        (Value * new UInt128(0x9E37_79B9_7F4A_7C15, 0xBF58_476D_1CE4_E5B9)) + UInt128.RotateLeft(next.Value, 23)));
}
