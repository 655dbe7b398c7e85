using VolMgr.Commands.Views;
using VolMgr.Volumes;
using VolMgr.Volumes.Groups;

namespace VolMgr.Commands.Parsing;

/// <summary>The options <c>-d</c>, <c>-p</c>, <c>-s</c>, <c>-v</c> of vxedit and vxmend: names mean records of these
/// types only.</summary>
internal static class TypeLetters
{
    /// <summary>The letters.</summary>
    public const string All = "dpsv";

    /// <summary>Refuses a name whose record has none of the types asked for.</summary>
    public static Refusal? Check(Invocation invocation, DiskGroup group, string name)
    {
        HashSet<string> types = new(StringComparer.Ordinal);
        types.UnionWith(invocation.Options.Has('d') ? ["dm"] : Array.Empty<string>());
        types.UnionWith(invocation.Options.Has('p') ? ["pl"] : Array.Empty<string>());
        types.UnionWith(invocation.Options.Has('s') ? ["sd"] : Array.Empty<string>());
        types.UnionWith(invocation.Options.Has('v') ? ["v"] : Array.Empty<string>());
        return types.Count > 0 && (group.Current.FindObject(name) is not { } record
            || !types.Contains(RecordFacts.Tag(record)))
            ? Refusals.NoRecord(name)
            : null;
    }
}
