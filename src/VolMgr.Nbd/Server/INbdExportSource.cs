namespace VolMgr.Nbd.Server;

/// <summary>What a server has to offer. Thread-safe; asked anew for every client, so exports may come and go.</summary>
public interface INbdExportSource
{
    /// <summary>The exports of this moment, by name; what NBD_OPT_LIST tells.</summary>
    ValueTask<IReadOnlyList<NbdExportName>> ListAsync(CancellationToken token);

    /// <summary>
    /// Opens an export for one connection; the empty name is the default export. Null: there is none of that name. The
    /// connection disposes what it got.
    /// </summary>
    ValueTask<NbdExport?> OpenAsync(string name, CancellationToken token);
}

/// <summary>An export in a list.</summary>
/// <param name="Name">The name that clients ask for, such as datadg/vol01.</param>
/// <param name="Description">One line for people.</param>
public sealed record NbdExportName(string Name, string Description);
