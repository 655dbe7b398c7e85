using VolMgr.Commands.Parsing;
using VolMgr.Volumes;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Layout;
using VolMgr.Volumes.Tasks;

namespace VolMgr.Commands.Vxassist;

/// <summary>
/// <c>vxassist mirror</c>: adds a plex and copies the volume to it. In the foreground it ends with the copy; an
/// interrupt ends only the waiting.
/// </summary>
internal static class VxassistMirror
{
    /// <summary>Options and verb.</summary>
    public static Verb Verb { get; } = new(
        "mirror",
        "-g diskgroup [-b] [-t tag] [-d defaults] [-o slow[=ms],iosize=size,ordered] mirror volume [storage...] "
            + "[attribute=value...]",
        "bdgt",
        invocation => RunAsync(invocation, invocation.Operands))
    {
        UseOptions = ["slow", "iosize", "ordered"],
    };

    /// <summary>The same for operands that follow another keyword.</summary>
    public static async Task<int> RunAsync(Invocation invocation, IReadOnlyList<string> operands)
    {
        Outcome<DiskGroup> group = invocation.Group();
        Outcome<Attributes> attributes = await DefaultsFile.SplitAsync(invocation, operands, Taken);
        Outcome<CopyOptions> copy = CopyWords.Parse(invocation);
        if ((attributes.Refusal ?? copy.Refusal ?? group.Refusal) is { } wrong)
        {
            return await invocation.RefuseAsync(wrong);
        }

        if (attributes.Value.Operands.Count == 0)
        {
            return await invocation.MisusedAsync("No volume given");
        }

        Outcome<int?> count = attributes.Value.Count("nmirror");
        Outcome<MirrorRequest> request = Request(
            attributes.Value, group.Value, invocation.UseOptions.ContainsKey("ordered"));
        if ((count.Refusal ?? request.Refusal) is { } refusal)
        {
            return await invocation.RefuseAsync(refusal);
        }

        bool isInBackground = invocation.Options.Has('b');
        if (isInBackground && count.Value > 1)
        {
            return await invocation.RefuseAsync(Refusals.Unsupported(
                $"nmirror={count.Value} with -b",
                "the mirrors are added one after the other: leave -b out, or repeat it when the first copy has ended"));
        }

        int code = 0;
        for (int i = 0; i < (count.Value ?? 1) && code == 0; i++)
        {
            Outcome<VolumeTask> started = await group.Value.AddMirrorAsync(request.Value, copy.Value);
            code = !started.IsDone ? await invocation.RefuseAsync(started.Refusal)
                : isInBackground ? 0 : await Waiting.ForAsync(invocation, started.Value);
        }

        return code;
    }

    private static readonly string[] Taken =
    [
        "layout", "nmirror", "ncol", "nstripe", "stripeunit", "stripewidth", "stwidth", "stwid", "alloc", "mirror",
        "wantmirror",
    ];

    private static Outcome<MirrorRequest> Request(Attributes attributes, DiskGroup group, bool isOrdered)
    {
        Outcome<LayoutWords> layout = LayoutWords.Parse(attributes["layout"]);
        Outcome<int?> columns = attributes.Count(attributes["ncol"] is null ? "nstripe" : "ncol");
        string unitName = attributes["stripeunit"] is not null ? "stripeunit"
            : attributes["stripewidth"] is not null ? "stripewidth"
            : attributes["stwidth"] is not null ? "stwidth" : "stwid";
        Outcome<long?> unit = attributes.Size(unitName);
        Outcome<StorageSpecification> storage = StorageOperands.Parse(attributes, 1);
        Refusal? wrong = layout.Refusal ?? columns.Refusal ?? unit.Refusal ?? storage.Refusal;
        if (wrong is not null)
        {
            return wrong;
        }

        if (layout.Value.IsMirrored is not null || layout.Value.IsLayered || layout.Value.HasLog is not null)
        {
            return new Refusal(
                ErrorCode.Usage, $"layout={attributes["layout"]}: Only concat, stripe and contig apply here");
        }

        if (layout.Value.Layout == PlexLayout.Concat && (columns.Value is not null || unit.Value is not null))
        {
            return new Refusal(ErrorCode.Usage, "ncol= and stripeunit= contradict layout=concat");
        }

        return new MirrorRequest
        {
            Volume = attributes.Operands[0],
            Layout = layout.Value.Layout,
            ColumnCount = columns.Value,
            StripeUnit = unit.Value,
            Storage = storage.Value,
            Sites = group.Sites,
            IsContiguous = layout.Value.IsContiguous,
            IsOrdered = isOrdered,
        };
    }
}
