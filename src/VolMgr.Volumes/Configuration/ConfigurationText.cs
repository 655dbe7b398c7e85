using System.Collections.Immutable;

namespace VolMgr.Volumes.Configuration;

/// <summary>
/// The description form of records: what <c>vxprint -m</c> prints and <c>vxmake -d</c> reads, and what the
/// configuration
/// database on the disks holds (vxvm.md 5.2).
/// </summary>
/// <remarks>
/// Reading what was written gives an equal configuration, provided that nothing in it is unwritable
/// (<see cref="FindUnwritable(GroupConfiguration)"/>). Reading never throws, whatever the text is.
/// </remarks>
public static class ConfigurationText
{
    /// <summary>The whole group: the group, its disks, volumes, plexes and subdisks, each kind by record id.</summary>
    public static string Write(GroupConfiguration configuration) => WriteAll(configuration).ToString();

    /// <summary>The group record alone.</summary>
    public static string WriteGroup(GroupConfiguration configuration)
    {
        var writer = new StanzaWriter();
        RecordText.WriteGroup(writer, configuration.Group);
        return writer.ToString();
    }

    /// <summary>One record.</summary>
    public static string WriteRecord(GroupConfiguration configuration, ObjectRecord record)
    {
        var writer = new StanzaWriter();
        WriteRecord(writer, configuration, record);
        return writer.ToString();
    }

    /// <summary>Why this configuration would not be read back as it is: values with line ends, lengths that are no
    /// whole
    /// sectors. Names the records. Empty for everything that the commands let in.</summary>
    public static IReadOnlyList<string> FindUnwritable(GroupConfiguration configuration) =>
        WriteAll(configuration).Problems;

    /// <summary>The same about what a change brings to a configuration that could be read back.</summary>
    public static IReadOnlyList<string> FindUnwritable(GroupConfiguration configuration, ConfigurationDelta delta)
    {
        var writer = new StanzaWriter();
        if (delta.Group is { } group)
        {
            RecordText.WriteGroup(writer, group);
        }

        foreach (ObjectRecord record in delta.Changed)
        {
            WriteRecord(writer, configuration, record);
        }

        return writer.Problems;
    }

    /// <summary>Reads a whole group.</summary>
    public static TextReading Read(string text)
    {
        StanzaReading stanzas = StanzaReading.Of(text);
        return Read(stanzas.Stanzas, stanzas.Problems);
    }

    internal static TextReading Read(IReadOnlyList<Stanza> stanzas, IReadOnlyList<TextProblem> textProblems)
    {
        var problems = textProblems.ToList();
        var unknown = new List<TextProblem>();
        DiskGroupRecord? group = null;
        var records = new List<(int Line, ObjectRecord Record)>();
        foreach (Stanza stanza in stanzas)
        {
            if (stanza.Type != "dg")
            {
                if (ReadRecord(stanza, problems, unknown) is ObjectRecord record)
                {
                    records.Add((stanza.Line, record));
                }

                continue;
            }

            if (group is not null)
            {
                problems.Add(new TextProblem(stanza.Line, $"{stanza.Name}: a second disk group"));
            }

            group = ReadGroup(stanza, problems, unknown);
        }

        if (group is null)
        {
            problems.Add(new TextProblem(1, "no disk group record (dg)"));
        }

        GroupConfiguration? configuration = group is null ? null : Assemble(group, records, problems);
        return new TextReading
        {
            Configuration = problems.Count == 0 ? configuration : null,
            Problems = problems,
            Unknown = unknown,
        };
    }

    internal static DiskGroupRecord ReadGroup(Stanza stanza, List<TextProblem> problems, List<TextProblem> unknown)
    {
        var reader = new AttributeReader(stanza, problems);
        DiskGroupRecord group = RecordText.ReadGroup(stanza.Name, reader);
        reader.ReportUnknown(unknown);
        return group;
    }

    /// <summary>Reads one record; null for a type that is not known, which is added to the unknown.</summary>
    internal static ObjectRecord? ReadRecord(Stanza stanza, List<TextProblem> problems, List<TextProblem> unknown)
    {
        Func<string, AttributeReader, ObjectRecord>? read = stanza.Type switch
        {
            "dm" => RecordText.ReadDisk,
            "sd" => RecordText.ReadSubdisk,
            "plex" => RecordText.ReadPlex,
            "vol" => RecordText.ReadVolume,
            "dco" => RecordText.ReadDco,
            "sv" => RecordText.ReadSubVolume,
            _ => null,
        };
        if (read is null)
        {
            unknown.Add(new TextProblem(stanza.Line, $"{stanza.Name}: unknown record type {stanza.Type}"));
            return null;
        }

        var reader = new AttributeReader(stanza, problems);
        ObjectRecord record = read(stanza.Name, reader);
        reader.ReportUnknown(unknown);
        return record;
    }

    internal static void WriteRecord(StanzaWriter writer, GroupConfiguration configuration, ObjectRecord record)
    {
        switch (record)
        {
            case DiskRecord disk:
                RecordText.WriteDisk(writer, disk);
                break;
            case SubdiskRecord subdisk:
                RecordText.WriteSubdisk(writer, subdisk, configuration);
                break;
            case PlexRecord plex:
                RecordText.WritePlex(writer, plex, configuration);
                break;
            case VolumeRecord volume:
                RecordText.WriteVolume(writer, volume, configuration);
                break;
            case DcoRecord dco:
                RecordText.WriteDco(writer, dco, configuration);
                break;
            case SubVolumeRecord sub:
                RecordText.WriteSubVolume(writer, sub, configuration);
                break;
            default:
                throw new Blocks.InvariantViolationException($"record type {record.GetType().Name} has a text form");
        }
    }

    internal static StanzaWriter WriteAll(GroupConfiguration configuration)
    {
        var writer = new StanzaWriter();
        RecordText.WriteGroup(writer, configuration.Group);
        foreach (ObjectRecord record in configuration.AllRecords())
        {
            WriteRecord(writer, configuration, record);
        }

        return writer;
    }

    internal static IEnumerable<ObjectRecord> AllRecords(this GroupConfiguration configuration) =>
        configuration.Disks.Values
            .Concat<ObjectRecord>(configuration.Volumes.Values)
            .Concat(configuration.Plexes.Values)
            .Concat(configuration.Subdisks.Values)
            .Concat(configuration.Dcos.Values)
            .Concat(configuration.SubVolumes.Values);

    private static GroupConfiguration Assemble(
        DiskGroupRecord group, List<(int Line, ObjectRecord Record)> records, List<TextProblem> problems)
    {
        var seen = new HashSet<RecordId>();
        foreach ((int line, ObjectRecord record) in records)
        {
            if (record.Id != default && !seen.Add(record.Id))
            {
                problems.Add(new TextProblem(line, $"{record.Name}: record id {record.Id} is used twice"));
            }
        }

        return new GroupConfiguration
        {
            Group = group,
            Disks = ById<DiskRecord>(records),
            Subdisks = ById<SubdiskRecord>(records),
            Plexes = ById<PlexRecord>(records),
            Volumes = ById<VolumeRecord>(records),
            Dcos = ById<DcoRecord>(records),
            SubVolumes = ById<SubVolumeRecord>(records),
        };
    }

    private static ImmutableSortedDictionary<RecordId, T> ById<T>(List<(int Line, ObjectRecord Record)> records)
        where T : ObjectRecord
    {
        var builder = ImmutableSortedDictionary.CreateBuilder<RecordId, T>();
        foreach (T record in records.Select(entry => entry.Record).OfType<T>())
        {
            builder[record.Id] = record;
        }

        return builder.ToImmutable();
    }
}
