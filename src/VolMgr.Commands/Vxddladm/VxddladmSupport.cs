using VolMgr.Arrays;
using VolMgr.Commands.Parsing;
using VolMgr.Commands.Text;
using VolMgr.Volumes;

namespace VolMgr.Commands.Vxddladm;

/// <summary><c>vxddladm listsupport</c>, <c>excludearray</c>, <c>includearray</c>, <c>listexclude</c>: the array
/// support libraries.</summary>
internal static class VxddladmSupport
{
    private const string Subject = "{libname=library | vid=vendor [pid=product]}";

    private static readonly int[] Widths = [19, 19];
    private static readonly int[] DetailWidths = [13];

    /// <summary>What is supported.</summary>
    public static Verb List { get; } = new("listsupport", "listsupport [all | libname=library]", "", ListAsync);

    /// <summary>Leaves a library or a product out.</summary>
    public static Verb Exclude { get; } = new("excludearray", $"excludearray {Subject}", "", ExcludeAsync);

    /// <summary>Takes that back.</summary>
    public static Verb Include { get; } = new("includearray", $"includearray {Subject}", "", IncludeAsync);

    /// <summary>What is left out.</summary>
    public static Verb ListExcluded { get; } = new("listexclude", "listexclude [all]", "", ListExcludedAsync);

    private static async Task<int> ListAsync(Invocation invocation)
    {
        Outcome<Attributes> split = Attributes.Split(invocation.Operands, "libname");
        if (!split.IsDone)
        {
            return await invocation.RefuseAsync(split.Refusal);
        }

        if (invocation.Operands.Count > 1 || split.Value.Operands is not ([] or ["all"]))
        {
            return await invocation.MisusedAsync("Expected all or libname=");
        }

        IReadOnlyList<SupportedArray> all = invocation.Context.Host.Devices.Ddl.SupportedArrays;
        if (split.Value["libname"] is not { } library)
        {
            return await invocation.AnswerAsync(all
                .OrderBy(each => each.LibraryName, StringComparer.Ordinal)
                .Select(each => PaddedRow.Of(Widths, each.LibraryName, each.Vendor, each.Product))
                .Prepend(new string('=', 62))
                .Prepend(PaddedRow.Of(Widths, "LIBNAME", "VID", "PID")));
        }

        if (all.FirstOrDefault(each => each.LibraryName == library) is not { } found)
        {
            return await invocation.RefuseAsync(new Refusal(ErrorCode.NotFound, $"{library}: No such library"));
        }

        return await invocation.AnswerAsync(
        [
            PaddedRow.Of(DetailWidths, "ATTR_NAME", "ATTR_VALUE"),
            new string('=', 71),
            PaddedRow.Of(DetailWidths, "LIBNAME", found.LibraryName),
            PaddedRow.Of(DetailWidths, "VID", found.Vendor),
            PaddedRow.Of(DetailWidths, "PID", found.Product),
            PaddedRow.Of(DetailWidths, "ARRAY_TYPE", found.ArrayType),
            PaddedRow.Of(DetailWidths, "ARRAY_NAME", found.ArrayName),
        ]);
    }

    private static async Task<int> ExcludeAsync(Invocation invocation)
    {
        if (Read(invocation) is not { } subject)
        {
            return await invocation.MisusedAsync($"Expected {Subject}");
        }

        DdlControl control = invocation.Context.Host.Devices.Ddl;
        bool isKnown = control.SupportedArrays.Any(each => subject == $"libname={each.LibraryName}"
            || subject.StartsWith($"vid={each.Vendor}", StringComparison.Ordinal));
        if (!isKnown)
        {
            return await invocation.RefuseAsync(new Refusal(ErrorCode.NotFound, $"{subject}: Is not supported anyway"));
        }

        return await EndAsync(invocation, await control.ExcludeArrayAsync(subject));
    }

    private static async Task<int> IncludeAsync(Invocation invocation) => Read(invocation) is { } subject
        ? await EndAsync(invocation, await invocation.Context.Host.Devices.Ddl.IncludeArrayAsync(subject))
        : await invocation.MisusedAsync($"Expected {Subject}");

    private static Task<int> ListExcludedAsync(Invocation invocation) =>
        invocation.Operands is not ([] or ["all"])
            ? invocation.MisusedAsync($"{invocation.Operands[0]}: Expected all")
            : invocation.AnswerAsync(invocation.Context.Host.Devices.Ddl.ExcludedArrayNames);

    private static string? Read(Invocation invocation)
    {
        Outcome<Attributes> split = Attributes.Split(invocation.Operands, "libname", "vid", "pid");
        if (!split.IsDone || split.Value.Operands.Count > 0)
        {
            return null;
        }

        Attributes attributes = split.Value;
        return (attributes["libname"], attributes["vid"], attributes["pid"]) switch
        {
            ({ } library, null, null) => $"libname={library}",
            (null, { } vendor, null) => $"vid={vendor}",
            (null, { } vendor, { } product) => $"vid={vendor} pid={product}",
            _ => null,
        };
    }

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
