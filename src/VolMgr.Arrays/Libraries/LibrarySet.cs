using VolMgr.Arrays.Scsi;

namespace VolMgr.Arrays.Libraries;

/// <summary>
/// The libraries of one host in the order in which they are asked: plug-ins, those of the program, the disks claimed by
/// vendor and product; then the categories.
/// </summary>
internal sealed class LibrarySet(ArraySupportPlugins plugins, Func<DdlControl> control)
{
    private readonly HashSet<IArraySupportPlugin> broken = [];

    /// <summary>Everything that is supported.</summary>
    public IReadOnlyList<SupportedArray> Supported =>
    [
        .. plugins.Plugins.Except(broken).Select(each =>
            new SupportedArray(each.LibraryName, each.Vendor, each.Product, "-", "-")),
        .. ArraySupportLibraries.All.Select(each => each.Support),
    ];

    /// <summary>Whether a path belongs to the drivers of somebody else.</summary>
    public bool IsForeign(string osName) => control().ForeignDevices.Any(each => each.Has($"/dev/{osName}"));

    /// <summary>What a device is; what is wrong with a plug-in is added to the problems.</summary>
    public ArrayClaim Claim(InquiryReplies replies, ICollection<string> problems)
    {
        IReadOnlyList<string> excluded = control().ExcludedArrayNames;
        string vendor = $"vid={replies.Standard.Vendor}";
        bool isExcluded = excluded.Contains(vendor) || excluded.Contains($"{vendor} pid={replies.Standard.Product}");
        if (!isExcluded)
        {
            foreach (IArraySupportPlugin plugin in plugins.Plugins.Except(broken).ToList())
            {
                if (!excluded.Contains($"libname={plugin.LibraryName}") && Ask(plugin, replies, problems) is { } claim)
                {
                    return claim;
                }
            }

            foreach (IArraySupportLibrary library in ArraySupportLibraries.All)
            {
                if (!excluded.Contains($"libname={library.FileName}") && library.Claim(replies) is { } claim)
                {
                    return claim;
                }
            }
        }

        return control().JbodRules.Select(rule => rule.Claim(replies)).FirstOrDefault(claim => claim is not null)
            ?? ArraySupportLibraries.Unclaimed(replies);
    }

    private ArrayClaim? Ask(IArraySupportPlugin plugin, InquiryReplies replies, ICollection<string> problems)
    {
        try
        {
            PluginClaim? claim = plugin.Claim(new PluginInquiry(
                replies.Standard.Vendor, replies.Standard.Product, replies.Standard.Revision, replies.StandardBytes,
                replies.PageBytes));
            return claim is { EnclosureType.Length: > 0, CabinetSerial.Length: > 0, LunSerial.Length: > 0 }
                ? new ArrayClaim(claim.EnclosureType, plugin.LibraryName, claim.CabinetSerial, claim.LunSerial,
                    claim.ArrayVolumeId, claim.ArrayType, replies.Standard.Revision, claim.PathType)
                : null;
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // It is the code of somebody else: whatever it throws, discovery goes on without it.
            broken.Add(plugin);
            problems.Add($"{plugin.LibraryName}: it failed ({failure.Message}) and is left out.");
            return null;
        }
    }
}
