using VolMgr.Blocks;

namespace VolMgr.Cli.Engine;

/// <summary>Identities from the operating system's random source.</summary>
internal sealed class SystemIdentities : IIdentitySource
{
    /// <inheritdoc/>
    public Guid NewGuid() => Guid.NewGuid();

    /// <inheritdoc/>
    public int NewSeed() => Random.Shared.Next();
}
