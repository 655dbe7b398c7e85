using VolMgr.Blocks;

namespace VolMgr.Simulation;

/// <summary>Identities drawn from a seed: the same run invents the same ones.</summary>
public sealed class SeededIdentities : IIdentitySource
{
    private readonly Lock _lock = new();
    private readonly Random _random;

    /// <summary>A source whose whole sequence follows from the seed.</summary>
    public SeededIdentities(int seed) => _random = new Random(seed);

    /// <inheritdoc/>
    public Guid NewGuid()
    {
        Span<byte> bytes = stackalloc byte[16];
        lock (_lock)
        {
            _random.NextBytes(bytes);
        }

        // Version 4, variant 1, as random identifiers are marked.
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }

    /// <inheritdoc/>
    public int NewSeed()
    {
        lock (_lock)
        {
            return _random.Next();
        }
    }
}
