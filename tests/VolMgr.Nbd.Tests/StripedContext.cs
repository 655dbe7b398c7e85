using VolMgr.Blocks;
using VolMgr.Nbd.Server;

namespace VolMgr.Nbd.Tests;

/// <summary>A context that changes its flags with every stripe: 0, step, 0, step, ...</summary>
internal sealed class StripedContext(string name, long stripe, ulong step) : IMetaContext
{
    public string Name => name;

    public IoStatus Status { get; set; } = IoStatus.Success;

    public ValueTask<MetaExtent> NextExtentAsync(long offset, long length, CancellationToken token)
    {
        long within = offset % stripe;
        ulong flags = offset / stripe % 2 == 0 ? 0 : step;
        return ValueTask.FromResult(new MetaExtent(Status, Math.Min(stripe - within, length), flags));
    }
}
