using VolMgr.Commands.Parsing;
using VolMgr.Commands.Text;
using VolMgr.Volumes;

namespace VolMgr.Commands.Vxdmpadm;

/// <summary><c>vxdmpadm exclude</c>, <c>include</c> and <c>listexclude</c>: what the volume manager does not
/// see.</summary>
internal static class VxdmpadmExclusion
{
    private const string Words = "{all | path=name | dmpnodename=node | ctlr=controller | product=VID:PID}";

    private static readonly string[] Kinds = ["path", "dmpnodename", "ctlr", "product"];
    private static readonly int[] Widths = [15];

    /// <summary>Hides devices or paths.</summary>
    public static Verb Exclude { get; } = new("exclude", $"[-f] exclude {Words}", "f", ExcludeAsync);

    /// <summary>Shows them again.</summary>
    public static Verb Include { get; } = new("include", $"include {Words}", "", IncludeAsync);

    /// <summary>Lists what is hidden.</summary>
    public static Verb List { get; } = new("listexclude", "listexclude", "", ListAsync);

    private static async Task<int> ExcludeAsync(Invocation invocation)
    {
        if (Read(invocation) is not var (kind, subject))
        {
            return await invocation.MisusedAsync($"Expected {Words}");
        }

        if (!invocation.Options.Has('f') && InUse(invocation, kind, subject) is { } used)
        {
            return await invocation.RefuseAsync(new Refusal(
                ErrorCode.InvalidState, $"{kind} {subject}: Device {used} is in an imported disk group; use -f"));
        }

        return await EndAsync(
            invocation, await invocation.Context.Host.Devices.Dmp.ExcludeAsync(kind, subject));
    }

    private static async Task<int> IncludeAsync(Invocation invocation) => Read(invocation) is var (kind, subject)
        ? await EndAsync(invocation, await invocation.Context.Host.Devices.Dmp.IncludeAsync(kind, subject))
        : await invocation.MisusedAsync($"Expected {Words}");

    private static Task<int> ListAsync(Invocation invocation) => invocation.Operands.Count > 0
        ? invocation.MisusedAsync($"{invocation.Operands[0]}: No operand is expected")
        : invocation.AnswerAsync(invocation.Context.Host.Devices.Dmp.Exclusions
            .Select(each => PaddedRow.Of(Widths, each.Kind, each.Subject))
            .Prepend(new string('=', 40))
            .Prepend(PaddedRow.Of(Widths, "KIND", "NAME")));

    private static (string Kind, string Subject)? Read(Invocation invocation)
    {
        if (invocation.Operands is ["all"])
        {
            return ("all", "");
        }

        Outcome<Attributes> split = Attributes.Split(invocation.Operands, Kinds);
        string? kind = split.IsDone && invocation.Operands.Count == 1
            ? Array.Find(Kinds, each => split.Value[each] is not null)
            : null;
        return kind is null ? null : (kind, split.Value[kind] ?? "");
    }

    /// <summary>A device of an imported group that would lose its last path.</summary>
    private static string? InUse(Invocation invocation, string kind, string subject) =>
        invocation.Context.Host.Disks.FirstOrDefault(disk => disk.IsImported && kind switch
        {
            "all" => true,
            "dmpnodename" => disk.Name == subject,
            "ctlr" => disk.Node.Paths.All(path => path.Controller == subject),
            "path" => disk.Node.Paths.All(path => path.Name == subject),
            _ => subject == $"{disk.Node.Vendor}:{disk.Node.Product}",
        })?.Name;

    private static async Task<int> EndAsync(Invocation invocation, string? refusal)
    {
        if (refusal is not null)
        {
            return await invocation.RefuseAsync(new Refusal(ErrorCode.NotFound, refusal));
        }

        await invocation.Context.Host.RescanAsync();
        return 0;
    }
}
