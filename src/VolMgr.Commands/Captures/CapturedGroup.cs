using VolMgr.Volumes.Configuration;

namespace VolMgr.Commands.Captures;

/// <summary>A disk group of production, as its captures describe it.</summary>
public sealed record CapturedGroup
{
    private IReadOnlyList<Stanza>? stanzas;
    private IReadOnlyList<string>? lines;

    /// <summary>The records that this program has, with their states as they were captured.</summary>
    public required GroupConfiguration Configuration { get; init; }

    /// <summary>Device names by disk; a failed or removed disk is not in it.</summary>
    public required IReadOnlyDictionary<RecordId, string> Devices { get; init; }

    /// <summary>Records that this program does not have, and lines that it does not understand: verbatim.</summary>
    public IReadOnlyList<string> Kept { get; init; } = [];

    /// <summary>Listings of the group: at most one of each view is whole, others show some of its records.</summary>
    public IReadOnlyList<CapturedView> Views { get; init; } = [];

    /// <summary>Labelled descriptions of records (<c>vxprint -l</c>), by their first lines' label and name.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> LongForms { get; init; } =
        new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Its place among the groups of the host, in the order in which they were captured.</summary>
    public int Order { get; init; }

    /// <summary>What a number counts in the captured lines.</summary>
    public int BlockSize { get; init; } = CaptureReader.Sector;

    /// <summary>The text that the group was read from, where it is in description form: for export.</summary>
    public string Description { get; init; } = "";

    /// <summary>The records of the description.</summary>
    internal IReadOnlyList<Stanza> Stanzas => stanzas ??= StanzaReading.Of(Description).Stanzas;

    /// <summary>The lines of the description.</summary>
    internal IReadOnlyList<string> Lines => lines ??= Description.Split('\n');
}

/// <summary>A disk device of production outside the groups.</summary>
/// <param name="Name">Device (DA) name.</param>
/// <param name="Type">Type column of <c>vxdisk list</c>.</param>
/// <param name="Status">Status column.</param>
/// <param name="Length">Bytes of the LUN; null where the captures do not tell.</param>
public sealed record CapturedDevice(string Name, string Type, string Status, long? Length);

/// <summary>An array of production, as a host sees it.</summary>
/// <param name="Name">Name of the enclosure.</param>
/// <param name="Type">Type column of listenclosure, such as EMC; empty where the captures do not tell.</param>
/// <param name="Serial">Serial number of the cabinet; empty where the captures do not tell.</param>
/// <param name="Controllers">Controllers of the host that lead to it.</param>
public sealed record CapturedEnclosure(string Name, string Type, string Serial, IReadOnlyList<string> Controllers);

/// <summary>What captures of a host say.</summary>
/// <param name="Groups">The groups, by name.</param>
/// <param name="Devices">Devices in no group.</param>
/// <param name="Notes">What was guessed, left out, or not understood: a sentence each.</param>
public sealed record CaptureReading(
    IReadOnlyList<CapturedGroup> Groups, IReadOnlyList<CapturedDevice> Devices, IReadOnlyList<string> Notes)
{
    /// <summary>What vxdisk list and vxdg list printed.</summary>
    public IReadOnlyList<CapturedOutput> Outputs { get; init; } = [];

    /// <summary>The arrays, by name; empty without vxdmpadm output.</summary>
    public IReadOnlyList<CapturedEnclosure> Enclosures { get; init; } = [];

    /// <summary>The arrays of devices, by device name.</summary>
    public IReadOnlyDictionary<string, string> EnclosureOf { get; init; } = new Dictionary<string, string>();
}
