using VolMgr.Nbd.Protocol;

namespace VolMgr.Nbd.Server;

/// <content>The options that are about exports and their contexts.</content>
internal sealed partial class Handshake
{
    /// <summary>Replies of a long list leave in pieces of this size.</summary>
    private const int ListPiece = 64 << 10;

    /// <summary>The old way to choose, which cannot be refused: null ends the connection.</summary>
    private async ValueTask<Session?> ExportNameAsync(ReadOnlyMemory<byte> data)
    {
        if (!OptionDataReader.TryDecode(data.Span, out string name)
            || await _exports.OpenAsync(name, CancellationToken.None) is not { } export)
        {
            _log("asked for an export that there is not");
            return null;
        }

        Session session = new(export, _style, ContextsOf(export));
        _replies.UInt64((ulong)session.Device.Length);
        _replies.UInt16((ushort)session.Flags);
        if ((_clientFlags & HandshakeFlags.NoZeroes) == HandshakeFlags.None)
        {
            _replies.Zeroes(Limits.ExportNameZeroes);
        }

        return session;
    }

    private async ValueTask ListAsync()
    {
        foreach (NbdExportName export in await _exports.ListAsync(CancellationToken.None))
        {
            _replies.Export(export);
            if (_replies.Length >= ListPiece)
            {
                await _replies.SendAsync(Transport);
            }
        }

        _replies.Acknowledge();
    }

    /// <summary>Both NBD_OPT_INFO and NBD_OPT_GO; a session only for the latter, and only on success.</summary>
    private async ValueTask<Session?> InfoAsync(ReadOnlyMemory<byte> data, bool isGo)
    {
        if (InfoRequest.Read(data.Span) is not { } request)
        {
            RefuseData();
            return null;
        }

        if (await OpenAsync(request.Name) is not { } export)
        {
            return null;
        }

        Session session = new(export, _style, ContextsOf(export));
        Tell(session, request);
        if (isGo)
        {
            return session;
        }

        await export.DisposeAsync();
        return null;
    }

    private void Tell(Session session, InfoRequest request)
    {
        _replies.InfoExport(session.Device.Length, session.Flags);
        if (request.Infos.Contains(NbdInfo.Name) || !string.Equals(
            session.Export.Name, request.Name, StringComparison.Ordinal))
        {
            _replies.InfoText(NbdInfo.Name, session.Export.Name);
        }

        if (request.Infos.Contains(NbdInfo.Description))
        {
            _replies.InfoText(NbdInfo.Description, session.Export.Description);
        }

        _replies.InfoBlockSize(session.Device.MinimumBlock, PreferredBlock, Limits.MaximumPayload);
        _replies.Acknowledge();
    }

    private async ValueTask ListContextsAsync(ReadOnlyMemory<byte> data)
    {
        if (ReadContexts(data) is not { } request || await OpenAsync(request.Name) is not { } export)
        {
            return;
        }

        await using (export)
        {
            foreach (string name in NamesOf(export))
            {
                if (request.Queries.Count == 0 || request.Queries.Any(query => Matches(name, query)))
                {
                    _replies.MetaContext(0, name);
                }
            }
        }

        _replies.Acknowledge();
    }

    /// <summary>Selects by exact names; wildcards and unknown names select nothing, which is no error.</summary>
    private async ValueTask SetContextsAsync(ReadOnlyMemory<byte> data)
    {
        _contextExport = null;
        _contextNames = [];
        if (ReadContexts(data) is not { } request || await OpenAsync(request.Name) is not { } export)
        {
            return;
        }

        await using (export)
        {
            _contextExport = export.Name;
            _contextNames = [.. NamesOf(export).Where(request.Queries.Contains)];
        }

        for (int i = 0; i < _contextNames.Count; i++)
        {
            _replies.MetaContext((uint)i + 1, _contextNames[i]);
        }

        _replies.Acknowledge();
    }

    private MetaContextRequest? ReadContexts(ReadOnlyMemory<byte> data)
    {
        if (_style == HeaderStyle.Simple)
        {
            _replies.Refuse(OptionReply.ErrorInvalid, "structured replies or extended headers come first");
            return null;
        }

        MetaContextRequest? request = MetaContextRequest.Read(data.Span);
        if (request is null || request.Queries.Any(query => !query.Contains(':', StringComparison.Ordinal)))
        {
            RefuseData();
            return null;
        }

        return request;
    }

    private async ValueTask<NbdExport?> OpenAsync(string name)
    {
        NbdExport? export = await _exports.OpenAsync(name, CancellationToken.None);
        if (export is null)
        {
            _replies.Refuse(OptionReply.ErrorUnknown, "there is no such export");
        }

        return export;
    }

    /// <summary>The selected contexts, if the selection was for this export and it still has them all.</summary>
    private List<SelectedContext> ContextsOf(NbdExport export)
    {
        List<SelectedContext> contexts = [];
        if (!string.Equals(export.Name, _contextExport, StringComparison.Ordinal))
        {
            return contexts;
        }

        for (int i = 0; i < _contextNames.Count; i++)
        {
            IMetaContext? context = _contextNames[i] == AllocationContext.ContextName
                ? new AllocationContext(new ExportDevice(export.Device))
                : export.Contexts.FirstOrDefault(candidate => candidate.Name == _contextNames[i]);
            if (context is null)
            {
                return [];
            }

            contexts.Add(new SelectedContext((uint)i + 1, context));
        }

        return contexts;
    }

    private static IEnumerable<string> NamesOf(NbdExport export) =>
        export.Contexts.Select(context => context.Name).Prepend(AllocationContext.ContextName);

    /// <summary>A query that ends with the colon stands for its whole namespace.</summary>
    private static bool Matches(string name, string query) =>
        string.Equals(name, query, StringComparison.Ordinal)
        || (query.IndexOf(':', StringComparison.Ordinal) == query.Length - 1
            && name.StartsWith(query, StringComparison.Ordinal));
}
