using System.CommandLine;

namespace VolMgr.Cli.Verbs;

/// <summary>
/// A verb of volmgr that needs the lab's open volumes, so it runs in the owner. Its definition is parsed twice: by the
/// client, which answers --help and wrong usage without an owner, and by the owner to run it.
/// </summary>
internal interface IOwnerVerb
{
    /// <summary>The verb, such as migrate.</summary>
    string Name { get; }

    /// <summary>Options, arguments and subcommands, without actions. Called anew for every parse.</summary>
    Command Define();

    /// <summary>
    /// Runs the verb; <see cref="OwnerVerbContext.Parsed"/> holds its options. The result is the exit code.
    /// </summary>
    Task<int> RunAsync(OwnerVerbContext context);
}
