namespace VolMgr.Nbd.Tests.Server;

/// <summary>
/// Tests that weigh the whole process: they run while no other test does, whose buffers would be weighed with theirs.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    /// <summary>The collection's name.</summary>
    public const string Name = "alone in the process";
}
