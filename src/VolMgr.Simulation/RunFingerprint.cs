using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace VolMgr.Simulation;

/// <summary>A run in three numbers: two runs with the same are the same run.</summary>
/// <param name="Steps">Continuations that were run.</param>
/// <param name="Elapsed">Virtual time that passed.</param>
/// <param name="Digest">A checksum over every choice of the scheduler, every advance of the clock, every byte that was
/// written to a simulated disk, and everything that the program noted, in order.</param>
public readonly record struct RunFingerprint(long Steps, TimeSpan Elapsed, ulong Digest);

/// <summary>The checksum of a run, as it grows.</summary>
internal sealed class RunDigest
{
    private uint _high = 0x9E37_79B9;
    private uint _low = 0x7F4A_7C15;

    public ulong Value => ((ulong)_high << 32) | _low;

    public void Add(long word)
    {
        _low = BitOperations.Crc32C(_low, unchecked((ulong)word));
        _high = BitOperations.RotateLeft(_high, 5) ^ _low;
    }

    public void Add(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= sizeof(long))
        {
            _low = BitOperations.Crc32C(_low, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(long)..];
        }

        foreach (byte rest in bytes)
        {
            _low = BitOperations.Crc32C(_low, rest);
        }

        _high = BitOperations.RotateLeft(_high, 5) ^ _low;
    }

    public void Add(string text) => Add(MemoryMarshal.AsBytes(text.AsSpan()));
}
