using VolMgr.Blocks;
using VolMgr.Nbd.Server;

namespace VolMgr.Nbd.Tests;

/// <summary>One opening of an export.</summary>
public sealed class NbdExportTests
{
    [Fact]
    public void An_export_has_no_context_of_its_own_unless_it_is_given_one()
    {
        NbdExport export = new() { Name = "g/v", Description = "a volume", Device = new MemoryDevice(4096) };
        Assert.Empty(export.Contexts);
        Assert.False(export.IsReadOnly);
    }
}
