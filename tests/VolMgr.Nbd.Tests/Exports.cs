using VolMgr.Blocks;
using VolMgr.Nbd.Server;

namespace VolMgr.Nbd.Tests;

/// <summary>Exports of devices that outlive their openings, as volumes do.</summary>
internal sealed class Exports : INbdExportSource
{
    private readonly Dictionary<string, NbdExport> _exports = new(StringComparer.Ordinal);

    public int OpenCount { get; private set; }

    public Exports Add(
        string name, IBlockDevice device, bool isReadOnly = false, string description = "",
        params IMetaContext[] contexts)
    {
        _exports[name] = new NbdExport
        {
            Name = name,
            Description = description,
            Device = device,
            IsReadOnly = isReadOnly,
            Contexts = contexts,
        };
        return this;
    }

    public ValueTask<IReadOnlyList<NbdExportName>> ListAsync(CancellationToken token) =>
        ValueTask.FromResult<IReadOnlyList<NbdExportName>>(
            [.. _exports.Values.Select(export => new NbdExportName(export.Name, export.Description))]);

    public ValueTask<NbdExport?> OpenAsync(string name, CancellationToken token)
    {
        OpenCount++;
        NbdExport? export = name.Length == 0 && _exports.Count == 1
            ? _exports.Values.Single()
            : _exports.GetValueOrDefault(name);
        return ValueTask.FromResult(export);
    }
}
