using System.Text;
using VolMgr.Volumes.Configuration;

namespace VolMgr.Commands.Captures;

/// <summary>
/// Writes a group in description form. Where it was read from such a text, that text comes back: records that are as
/// they were keep their lines, keys that this program does not have stay, records of other types stay; what changed is
/// written anew, what is gone is left out.
/// </summary>
public static class DescriptionExport
{
    /// <summary>The text.</summary>
    /// <param name="now">The group.</param>
    /// <param name="imported">The group as it was read, or null if it was not imported.</param>
    public static string Of(GroupConfiguration now, CapturedGroup? imported)
    {
        if (imported is null)
        {
            return ConfigurationText.Write(now);
        }

        if (imported.Description.Length == 0)
        {
            return OfListed(now, imported);
        }

        StringBuilder text = new();
        HashSet<string> written = new(StringComparer.Ordinal);
        foreach ((Stanza stanza, string original) in Stanzas(imported.Description))
        {
            ObjectRecord? before = imported.Configuration.FindObject(stanza.Name);
            ObjectRecord? record = now.FindObject(stanza.Name);
            written.Add(stanza.Name);
            bool isLive = stanza.Type is "dm" or "vol" or "plex" or "sd" or "sv" or "dco" && before is not null;
            text.Append(
                !isLive ? original
                : record is null ? ""
                : SameAs(now, record, imported.Configuration, before!) ? original // live records have one before
                : ConfigurationText.WriteRecord(now, record));
        }

        foreach (ObjectRecord added in All(now).Where(record => !written.Contains(record.Name)))
        {
            text.Append(ConfigurationText.WriteRecord(now, added));
        }

        return text.ToString();
    }

    /// <summary>A group that was read from listings, with the records that are only kept.</summary>
    private static string OfListed(GroupConfiguration now, CapturedGroup imported)
    {
        List<Stanza> kept = [.. KeptStanzas.Of(imported).Where(stanza =>
            now.FindObject(stanza.Name) is null || KeptStanzas.IsSpace(now, stanza))];
        if (kept.Count == 0)
        {
            return ConfigurationText.Write(now);
        }

        HashSet<string> instead = [.. kept.Select(stanza => stanza.Name)];
        return ConfigurationText.WriteGroup(now)
            + string.Concat(All(now).Where(record => !instead.Contains(record.Name))
                .Select(record => ConfigurationText.WriteRecord(now, record)))
            + string.Concat(kept.Select(KeptStanzas.Text));
    }

    /// <summary>Whether an administrator sees the same record: all but kernel states and locks, by names.</summary>
    private static bool SameAs(
        GroupConfiguration now, ObjectRecord record, GroupConfiguration then, ObjectRecord before) =>
        Comparable(now, record) == Comparable(then, before);

    private static string Comparable(GroupConfiguration all, ObjectRecord record) => record switch
    {
        DiskRecord disk => $"{Plain(disk)}",
        VolumeRecord volume => $"{Plain(volume)}" + string.Join(',', volume.Tags)
            + string.Join(',', all.PlexesOf(volume.Id).Select(plex => plex.Name)),
        PlexRecord plex => $"{Plain(plex)}" + Name(all, plex.VolumeId)
            + string.Join(',', all.SubdisksOf(plex.Id).Select(subdisk => subdisk.Name))
            + string.Join(',', all.SubVolumesOf(plex.Id).Select(sub => sub.Name)),
        SubVolumeRecord sub => $"{sub with { Id = default, PlexId = default, VolumeId = default }}"
            + Name(all, sub.PlexId) + Name(all, sub.VolumeId),
        SubdiskRecord subdisk => $"{subdisk with { Id = default, DiskId = default, PlexId = null }}"
            + Name(all, subdisk.DiskId) + Name(all, subdisk.PlexId),
        _ => record.Name,
    };

    private static DiskRecord Plain(DiskRecord disk) => disk with
    {
        Id = default,
        DiskId = "",
        LastDeviceName = "",
        PublicLength = 0,
        PrivateLength = 0,
    };

    private static VolumeRecord Plain(VolumeRecord volume) => volume with
    {
        Id = default,
        PreferredPlexId = null,
        KernelState = VolumeKernelState.Disabled,
        State = VolumeState.Active,
        IsDirty = false,
        Minor = 0,
        TUtil0 = "",
        Tags = [],
    };

    private static PlexRecord Plain(PlexRecord plex) => plex with
    {
        Id = default,
        VolumeId = null,
        KernelState = PlexKernelState.Disabled,
        State = plex.State == PlexState.Clean ? PlexState.Active : plex.State,
        TUtil0 = "",
    };

    private static string Name(GroupConfiguration all, RecordId? id) => id is not { } key ? ""
        : all.Volumes.GetValueOrDefault(key)?.Name ?? all.Plexes.GetValueOrDefault(key)?.Name
        ?? all.Disks.GetValueOrDefault(key)?.Name ?? "";

    internal static IEnumerable<ObjectRecord> All(GroupConfiguration configuration) =>
        configuration.Disks.Values.Concat<ObjectRecord>(configuration.Volumes.Values)
            .Concat(configuration.Plexes.Values).Concat(configuration.Subdisks.Values)
            .Concat(configuration.SubVolumes.Values).Concat(configuration.Dcos.Values);

    private static IEnumerable<(Stanza Stanza, string Text)> Stanzas(string description)
    {
        IReadOnlyList<Stanza> stanzas = StanzaReading.Of(description).Stanzas;
        string[] lines = description.Split('\n');
        for (int index = 0; index < stanzas.Count; index++)
        {
            int start = stanzas[index].Line - 1;
            int end = index + 1 < stanzas.Count ? stanzas[index + 1].Line - 1 : lines.Length;
            string text = string.Join('\n', lines[start..end]);
            yield return (stanzas[index], text.EndsWith('\n') || text.Length == 0 ? text : text + "\n");
        }
    }
}
