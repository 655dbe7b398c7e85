using VolMgr.Blocks;
using VolMgr.Nbd.Protocol;

namespace VolMgr.Nbd.Server;

/// <summary>base:allocation: what the device knows of its holes. Every export has it.</summary>
internal sealed class AllocationContext(ExportDevice device) : IMetaContext
{
    public const string ContextName = "base:allocation";

    private readonly ExportDevice _device = device;

    public string Name => ContextName;

    public async ValueTask<MetaExtent> NextExtentAsync(long offset, long length, CancellationToken token)
    {
        ExtentReply extent = await _device.NextExtentAsync(offset, length);
        AllocationFlags flags = extent.Kind == ExtentKind.Hole
            ? AllocationFlags.Hole | AllocationFlags.Zero
            : AllocationFlags.None;
        return new MetaExtent(extent.Status, extent.Length, (ulong)flags);
    }
}
