using VolMgr.Volumes;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Layout;

namespace VolMgr.Commands.Vxmake;

/// <summary>What <c>vxmake</c> is to make: subdisks, plexes and volumes of one command, made together.</summary>
internal sealed record MakeDescription(
    IReadOnlyList<SubdiskMakeRequest> Subdisks,
    IReadOnlyList<PlexMakeRequest> Plexes,
    IReadOnlyList<VolumeMakeRequest> Volumes)
{
    /// <summary>Reads a description in the form of <c>vxprint -m</c>.</summary>
    public static Outcome<MakeDescription> Parse(string text, string source, string? useType)
    {
        StanzaReading reading = StanzaReading.Of(text);
        if (reading.Problems.Count > 0)
        {
            return new Refusal(ErrorCode.Syntax, $"{source}, {reading.Problems[0]}");
        }

        List<SubdiskMakeRequest> subdisks = [];
        List<PlexMakeRequest> plexes = [];
        List<VolumeMakeRequest> volumes = [];
        foreach (Stanza stanza in reading.Stanzas)
        {
            if (Add(stanza, useType, subdisks, plexes, volumes) is { } wrong)
            {
                return wrong with { Message = $"{source}, line {stanza.Line}: {wrong.Message}" };
            }
        }

        return subdisks.Count + plexes.Count + volumes.Count > 0
            ? new MakeDescription(subdisks, plexes, volumes)
            : new Refusal(ErrorCode.Syntax, $"{source}: The description has no record");
    }

    private static Refusal? Add(
        Stanza stanza,
        string? useType,
        List<SubdiskMakeRequest> subdisks,
        List<PlexMakeRequest> plexes,
        List<VolumeMakeRequest> volumes)
    {
        Dictionary<string, string> values = new(StringComparer.Ordinal);
        foreach (StanzaAttribute attribute in stanza.Attributes)
        {
            if (!values.TryAdd(attribute.Key, attribute.Value))
            {
                return new Refusal(ErrorCode.Syntax, $"{stanza.Name}: {attribute.Key} is given twice");
            }
        }

        switch (stanza.Type)
        {
            case "sd":
                return Keep(MakeAttributes.Subdisk(stanza.Name, values), subdisks);
            case "plex":
                return Keep(MakeAttributes.Plex(stanza.Name, values), plexes);
            case "vol":
                return Keep(MakeAttributes.Volume(stanza.Name, values, useType), volumes);
            default:
                return new Refusal(
                    ErrorCode.Syntax, $"{stanza.Name}: Records of type {stanza.Type} are not made by vxmake here");
        }
    }

    private static Refusal? Keep<T>(Outcome<T> read, List<T> list)
    {
        if (read.IsDone)
        {
            list.Add(read.Value);
        }

        return read.Refusal;
    }
}
