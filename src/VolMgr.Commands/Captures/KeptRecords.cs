using VolMgr.Commands.Text;
using VolMgr.Volumes.Configuration;

namespace VolMgr.Commands.Captures;

/// <summary>Rows of records that are kept and not built, for a group that was described (<c>vxprint -m</c>) or
/// listed in another form.</summary>
internal static class KeptRecords
{
    /// <summary>A view of these records only: each volume with its plexes and what they consist of, others behind the
    /// volume that they name, or alone.</summary>
    public static CapturedView View(CapturedGroup group, bool isBrief)
    {
        IReadOnlyList<Stanza> kept = KeptStanzas.Of(group);
        List<IReadOnlyList<string>> blocks = [];
        HashSet<Stanza> done = [];
        foreach (Stanza volume in kept.Where(stanza => stanza.Type == "vol"))
        {
            List<Stanza> block = [volume];
            foreach (Stanza plex in kept.Where(stanza => stanza.Type == "plex" && Owner(stanza) == volume.Name))
            {
                block.Add(plex);
                block.AddRange(kept.Where(stanza => stanza.Type is "sd" or "sv" && Owner(stanza) == plex.Name));
            }

            block.AddRange(kept.Where(stanza => stanza.Type is "dco" or "sp" or "snap"
                && Owner(stanza) == volume.Name));
            done.UnionWith(block);
            blocks.Add([.. block.Select(stanza => Row(stanza, isBrief))]);
        }

        blocks.AddRange(kept
            .Where(stanza => !done.Contains(stanza) && !KeptStanzas.IsSpace(group.Configuration, stanza))
            .Select(stanza => (IReadOnlyList<string>)[Row(stanza, isBrief)]));
        return new CapturedView(isBrief, [], blocks);
    }

    private static string Owner(Stanza stanza) => stanza.Type switch
    {
        "plex" => First(stanza, "vol_name", "vol"),
        "sd" or "sv" => First(stanza, "plex", "pl_name"),
        _ => First(stanza, "parent_vol", "vol_name", "vol", "parent"),
    };

    private static string Row(Stanza stanza, bool isBrief)
    {
        string tag = KeptStanzas.TagOf(stanza.Type);
        string owner = Dash(Owner(stanza));
        string kernel = Dash(First(stanza, "kstate"));
        string state = Dash(First(stanza, "state"));
        string length = Dash(First(stanza, "len"));
        string column = First(stanza, "column");
        string offset = (column.Length > 0 ? column + "/" : "") + Dash(First(stanza, "pl_offset"));
        if (isBrief)
        {
            return SnapBackLine.Of(
                SnapBackLine.Brief,
                [
                    tag, stanza.Name, tag == "v" ? Dash(First(stanza, "use_type", "usetype")) : owner,
                    tag is "sd" or "sv" ? "ENABLED" : kernel, length, tag is "sd" or "sv" ? offset : "-", state,
                    Dash(First(stanza, "tutil0")), Dash(First(stanza, "putil0")),
                ]);
        }

        string width = First(stanza, "ncolumn") is { Length: > 0 } columns
            ? $"{columns}/{Dash(First(stanza, "st_width", "stwidth"))}" : "-";
        string[] fields = tag switch
        {
            "v" =>
            [
                tag, stanza.Name, "-", kernel, state, length, Dash(First(stanza, "read_pol")), "-",
                Dash(First(stanza, "use_type", "usetype")),
            ],
            "pl" =>
            [
                tag, stanza.Name, owner, kernel, state, length, Dash(First(stanza, "layout")), width,
                First(stanza, "iomode") is { Length: > 0 } mode ? mode : "RW",
            ],
            "sd" =>
            [
                tag, stanza.Name, owner, Dash(First(stanza, "dm_name")), Dash(First(stanza, "dm_offset", "dev_offset")),
                length, offset, Dash(First(stanza, "da_name", "device")),
                First(stanza, "sd_mode") is { Length: > 0 } mode ? mode : "ENA",
            ],
            "sv" =>
            [
                tag, stanza.Name, owner, Dash(First(stanza, "vol_name", "vol")),
                First(stanza, "nvollayr") is { Length: > 0 } layers ? layers : "1", length, offset,
                Dash(First(stanza, "mirrors")), "ENA",
            ],
            "dc" => [tag, stanza.Name, owner, Dash(First(stanza, "log_vol", "logvol"))],
            "sp" => [tag, stanza.Name, Dash(First(stanza, "snap_vol", "vol_name", "vol")), Dash(First(stanza, "dco"))],
            _ => [tag, stanza.Name, owner, kernel, state],
        };
        return SnapBackLine.Of(SnapBackLine.Typed, fields);
    }

    private static string First(Stanza stanza, params IReadOnlyList<string> keys) => KeptStanzas.First(stanza, keys);

    private static string Dash(string value) => value.Length == 0 ? "-" : value;
}
