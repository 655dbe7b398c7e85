namespace VolMgr.Arrays.Discovery;

/// <summary>
/// The persistent names of one host: read from its files at each scan, so that an edited file is honoured, completed
/// with what this run already knows, and written back when anything is new or was unusable.
/// </summary>
internal sealed class NameStore
{
    public const string DiskFile = "etc/vx/disk.info";
    public const string EnclosureFile = "etc/vx/array.info";

    private readonly IHostFiles files;
    private NameFile enclosureNames = NameFile.Empty();
    private NameFile deviceNames = NameFile.Empty();

    public NameStore(IHostFiles files) => this.files = files;

    /// <summary>The name of each device by udid; enclosures are named on the way.</summary>
    public IReadOnlyDictionary<string, string> Assign(
        IReadOnlyList<FoundDevice> found, bool isForgettingDevices, NameFile given, NamingScheme scheme,
        ICollection<string> problems)
    {
        string? enclosureText = files.Read(EnclosureFile);
        string? deviceText = files.Read(DiskFile);
        // A running host's enclosures keep the names under which they are known.
        NameFile enclosures = Merge(enclosureNames, NameFile.Read(EnclosureFile, enclosureText, problems));
        NameFile devices = isForgettingDevices
            ? NameFile.Empty()
            : Merge(
                NameFile.Read(
                    DiskFile, deviceText, problems, scheme is { IsEnclosureBased: false, IsPersistent: true }),
                deviceNames);

        EnclosureNames.Assign(found, enclosures);
        IReadOnlyDictionary<string, string> assigned =
            DeviceNames.Assign(found, enclosures, devices, given, scheme);
        enclosureNames = enclosures;
        deviceNames = devices;
        WriteIfChanged(EnclosureFile, enclosureText, enclosures);
        WriteIfChanged(DiskFile, deviceText, devices);
        return assigned;
    }

    /// <summary>The name of an enclosure that the newest <see cref="Assign"/> saw.</summary>
    public string EnclosureName(EnclosureKey key)
    {
        string? name = enclosureNames.NameOf(key.ToString());
        Blocks.Invariant.Holds(name is not null);
        return name;
    }

    /// <summary>
    /// Gives an enclosure another name, and its devices the names that go with it; null when done, else why not.
    /// </summary>
    public string? RenameEnclosure(EnclosureKey key, string name)
    {
        string before = EnclosureName(key);
        if (!NameFile.IsLegal(name))
        {
            return $"{name}: Invalid name";
        }

        if (enclosureNames.KeyOf(name) is not null)
        {
            return $"Enclosure {name}: Name is already used";
        }

        enclosureNames.RemoveName(before);
        enclosureNames.TryAdd(name, key.ToString());
        foreach ((string udid, string device) in deviceNames.Entries.ToList())
        {
            if (device.StartsWith(before + "_", StringComparison.Ordinal))
            {
                deviceNames.RemoveName(device);
                deviceNames.TryAdd(name + device[before.Length..], udid);
            }
        }

        files.Write(EnclosureFile, enclosureNames.ToText());
        files.Write(DiskFile, deviceNames.ToText());
        return null;
    }

    private static NameFile Merge(NameFile first, NameFile second)
    {
        NameFile merged = NameFile.Empty();
        foreach ((string key, string name) in first.Entries.Concat(second.Entries))
        {
            merged.TryAdd(name, key);
        }

        return merged;
    }

    private void WriteIfChanged(string path, string? before, NameFile names)
    {
        string text = names.ToText();
        if (!string.Equals(before, text, StringComparison.Ordinal))
        {
            files.Write(path, text);
        }
    }
}
