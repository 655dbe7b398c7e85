using VolMgr.Commands.Parsing;
using VolMgr.Commands.Views;
using VolMgr.Commands.Vxprint;

namespace VolMgr.Commands.Captures;

/// <summary>Prints a captured group as <c>vxprint</c> prints a live one.</summary>
public static class CapturedListing
{
    /// <summary>The lines for these options of vxprint, such as <c>-ht</c>.</summary>
    public static IReadOnlyList<string> Of(CapturedGroup group, params IReadOnlyList<string> options) =>
        Of(group, group, options);

    /// <summary>The lines of a group that was imported from a captured one.</summary>
    public static IReadOnlyList<string> Of(
        CapturedGroup now, CapturedGroup imported, params IReadOnlyList<string> options)
    {
        ParsedOptions parsed = new();
        parsed.Take(VxprintCommand.Definition.Table, options, 0);
        GroupView view = new() { Configuration = now.Configuration, Devices = now.Devices, Imported = imported };
        return PrintListing.Of([view], PrintRequest.Of(parsed), [], null).Lines;
    }
}
