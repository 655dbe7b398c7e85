using VolMgr.Cli.Migrate;

namespace VolMgr.Cli.Verbs;

/// <summary>The verbs that run in the owner, by name.</summary>
internal static class OwnerVerbs
{
    /// <summary>All of them, in the order of the help.</summary>
    public static IReadOnlyList<IOwnerVerb> All { get; } =
    [
        new MigrateVerb(), new VerifyVerb(), new VolumeVerb(), new LunVerb(), new ScsiVerb(), new VmVerb(),
        new DomainVerb(), new FaultVerb(), new HostVerb(),
    ];

    /// <summary>The verb of that name, or null.</summary>
    public static IOwnerVerb? Find(string name) =>
        All.FirstOrDefault(verb => string.Equals(verb.Name, name, StringComparison.Ordinal));
}
