using System.Text.RegularExpressions;
using VolMgr.Volumes.Configuration;

namespace VolMgr.Commands.Captures;

/// <summary>
/// Gives groups, disks, volumes, plexes, subdisks, arrays, devices and hosts other names, the same for the same name
/// everywhere, and takes comments and unique device ids out, so that a configuration can be shared. Lengths, layouts,
/// states, record numbers and times stay; names that the operating system gives (sda, c1t0d0) stay too.
/// </summary>
public sealed partial class Anonymiser
{
    private const int ShortestPart = 6; // shorter names occur by chance inside other words

    // The default names of enclosures by type, longer words first.
    private static readonly string[] families =
    [
        "emc_clariion", "hitachi_vsp", "ibm_ds8x00", "hds9500v", "3pardata", "san_vc", "netapp", "disk", "pure", "emc",
    ];

    private readonly Dictionary<string, string> names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> identities = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> counts = new(StringComparer.Ordinal);
    private string[] longestFirst = [];

    /// <summary>Learns the names of what captures say.</summary>
    public Anonymiser(CaptureReading reading)
    {
        foreach (CapturedEnclosure enclosure in reading.Enclosures)
        {
            NameArray(enclosure.Name);
            Name(enclosure.Serial, () => $"{Next("serial"):d12}");
        }

        foreach ((string device, string enclosure) in reading.EnclosureOf)
        {
            NameDevice(device, enclosure);
        }

        reading.Devices.ToList().ForEach(device => NameDevice(device.Name, null));
        foreach (CapturedGroup group in reading.Groups)
        {
            group.Devices.Values.ToList().ForEach(device => NameDevice(device, null));
            Learn(group.Configuration);
        }

        Order();
    }

    /// <summary>Learns the names of disk groups.</summary>
    public Anonymiser(IEnumerable<GroupConfiguration> groups)
    {
        groups.ToList().ForEach(Learn);
        Order();
    }

    /// <summary>A text with the other names.</summary>
    public string Apply(string text)
    {
        string plain = CommentLine().Replace(text, "");
        plain = Word().Replace(plain, match => IsKeyword(plain, match) ? match.Value : Of(match.Value));
        return longestFirst.Where(name => name.Length >= ShortestPart)
            .Aggregate(plain, (so, name) => so.Replace(name, names[name], StringComparison.Ordinal));
    }

    /// <summary>The key before an equals sign, and the type that begins the line of a record; a device that begins
    /// one has an underscore.</summary>
    private static bool IsKeyword(string text, Match word)
    {
        int after = word.Index + word.Length;
        return (after < text.Length && text[after] == '=')
            || ((word.Index == 0 || text[word.Index - 1] == '\n')
                && !word.Value.Contains('_', StringComparison.Ordinal));
    }

    private void Learn(GroupConfiguration group)
    {
        LearnHost(group.Group.GroupId);
        Name(group.Group.Name, () => $"dg{Next("dg")}");
        foreach (DiskRecord disk in ByName(group.Disks.Values))
        {
            LearnHost(disk.DiskId);
            NameDevice(disk.LastDeviceName, null);
            Name(disk.Name, () => $"disk{Next("disk"):d3}");
        }

        foreach (VolumeRecord volume in ByName(group.Volumes.Values))
        {
            Name(volume.Name, () => $"vol{Next("vol"):d3}");
        }

        foreach (ObjectRecord record in ByName<ObjectRecord>(group.Plexes.Values).Concat(ByName(group.Subdisks.Values))
            .Concat(ByName(group.SubVolumes.Values)).Concat(ByName(group.Dcos.Values)))
        {
            Name(record.Name, () => Derived(record.Name) ?? $"obj{Next("obj"):d3}");
        }
    }

    private void LearnHost(string id)
    {
        if (Identity().Match(id) is { Success: true } match)
        {
            Name(match.Groups[2].Value, () => $"host{Next("host")}");
        }
    }

    /// <summary>An array keeps the word that tells its type: emc0 of a site becomes another emc.</summary>
    private string NameArray(string enclosure)
    {
        string family = families.FirstOrDefault(
            word => enclosure.StartsWith(word, StringComparison.OrdinalIgnoreCase)) ?? "array";
        return Name(enclosure, () => $"{family}{Next("array " + family) - 1}");
    }

    private void NameDevice(string device, string? enclosure)
    {
        int at = device.LastIndexOf('_');
        if (at > 0)
        {
            string array = NameArray(enclosure ?? device[..at]);
            Name(device, () => $"{array}_{Next("device " + array):x4}");
        }
    }

    private string Name(string name, Func<string> make)
    {
        if (name.Length == 0 || names.TryGetValue(name, out string? known))
        {
            return name.Length == 0 ? name : names[name];
        }

        known = make();
        names.Add(name, known);
        return known;
    }

    private string Of(string word)
    {
        if (names.TryGetValue(word, out string? known))
        {
            return known;
        }

        if (word.Contains("%5F", StringComparison.OrdinalIgnoreCase))
        {
            identities.TryAdd(word, $"ID%5F{identities.Count + 1:d8}");
            return identities[word];
        }

        return Identity().Match(word) is { Success: true } id && names.TryGetValue(id.Groups[2].Value, out string? host)
            ? id.Groups[1].Value + host
            : Derived(word) ?? word;
    }

    /// <summary>datavol-01 or datavol_dco of datavol; null for a word that begins with no known name.</summary>
    private string? Derived(string word)
    {
        for (int end = word.Length - 1; end > 0; end--)
        {
            if ((word[end] is '-' or '_' || char.IsAsciiLetterLower(word[end]))
                && names.TryGetValue(word[..end], out string? known)
                && (word[end] is '-' or '_' || Partition().IsMatch(word[end..])))
            {
                return known + word[end..];
            }
        }

        return null;
    }

    private int Next(string kind) => counts[kind] = counts.GetValueOrDefault(kind) + 1;

    private void Order() => longestFirst =
        [.. names.Keys.Where(name => names[name] != name).OrderByDescending(name => name.Length)];

    private static IOrderedEnumerable<T> ByName<T>(IEnumerable<T> records)
        where T : ObjectRecord => records.OrderBy(record => record.Name, StringComparer.Ordinal);

    [GeneratedRegex(@"^[ \t]*comment=.*\n?", RegexOptions.Multiline)]
    private static partial Regex CommentLine();

    [GeneratedRegex("[A-Za-z0-9_.%-]+")]
    private static partial Regex Word();

    [GeneratedRegex(@"^(\d+\.\d+\.)(.+)$")]
    private static partial Regex Identity();

    [GeneratedRegex(@"^[sp]\d{1,2}$")]
    private static partial Regex Partition();
}
