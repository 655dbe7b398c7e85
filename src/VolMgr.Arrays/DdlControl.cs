using VolMgr.Arrays.Discovery;
using VolMgr.Arrays.Multipath;
using VolMgr.Blocks;

namespace VolMgr.Arrays;

/// <summary>
/// What an administrator sets about discovery (`vxddladm`): the naming scheme, names of his own, support libraries that
/// are not to be used, disks that are to be claimed by vendor and product. Kept in etc/vx/ddl.info; a change shows with
/// the next scan.
/// </summary>
public sealed class DdlControl
{
    internal const string File = "etc/vx/ddl.info";
    private const string Naming = "naming";
    private const string Names = "name";
    private const string ExcludedArrays = "excludearray";
    private const string Jbods = "jbod";
    private const string SerialNumber = "serialnum";
    private const string CabinetNumber = "cabinetnum";
    private const string Policy = "policy";
    private const string Foreign = "foreign";

    private readonly Lock changing = new();
    private readonly HostDevices devices;
    private readonly EngineServices engine;
    private readonly IHostFiles files;
    private readonly SettingsFile settings = new(File);
    private bool isLoaded;

    internal DdlControl(HostDevices devices, EngineServices engine, IHostFiles files)
    {
        this.devices = devices;
        this.engine = engine;
        this.files = files;
    }

    /// <summary>The naming scheme in force.</summary>
    public NamingScheme Scheme
    {
        get
        {
            lock (changing)
            {
                NamingScheme standard = new();
                return new NamingScheme
                {
                    IsEnclosureBased = Word("scheme", standard.IsEnclosureBased),
                    IsPersistent = Word("persistence", standard.IsPersistent),
                    IsLowerCase = Word("lowercase", standard.IsLowerCase),
                    UsesVolumeId = Word("use_avid", standard.UsesVolumeId),
                };
            }
        }
    }

    /// <summary>
    /// Libraries and products whose libraries are not to be used: `libname=X` or `vid=V` or `vid=V pid=P`.
    /// </summary>
    public IReadOnlyList<string> ExcludedArrayNames => SubjectsOf(ExcludedArrays);

    /// <summary>The disks that are claimed by vendor and product.</summary>
    public IReadOnlyList<JbodRule> JbodRules
    {
        get
        {
            lock (changing)
            {
                return [.. settings.All.Where(item => item.Key is { Scope: Jbods, Name: SerialNumber })
                    .Select(item => JbodRule.Parse(
                        item.Key.Subject, item.Value, settings[Jbods, item.Key.Subject, CabinetNumber],
                        settings[Jbods, item.Key.Subject, Policy]))
                    .OfType<JbodRule>()];
            }
        }
    }

    /// <summary>The devices that other drivers control.</summary>
    public IReadOnlyList<ForeignDevices> ForeignDevices
    {
        get
        {
            lock (changing)
            {
                return [.. settings.All.Where(item => item.Key.Scope == Foreign)
                    .Select(item => new ForeignDevices(item.Key.Subject, item.Value, item.Key.Name == "dir"))];
            }
        }
    }

    /// <summary>Every library in the order in which they are asked; excluded ones too.</summary>
    public IReadOnlyList<SupportedArray> SupportedArrays => devices.Libraries.Supported;

    /// <summary>Takes over another scheme and forgets the names that were kept under the old one.</summary>
    public async Task SetSchemeAsync(NamingScheme scheme, CancellationToken token)
    {
        await ChangeAsync(() =>
        {
            Set("scheme", scheme.IsEnclosureBased);
            Set("persistence", scheme.IsPersistent);
            Set("lowercase", scheme.IsLowerCase);
            Set("use_avid", scheme.UsesVolumeId);
            return null;
        });
        await devices.AssignNamesAsync(token);
    }

    /// <summary>The names of all devices as text, in the form that <see cref="AssignNamesAsync"/> reads.</summary>
    public string ExportNames(string? enclosure) => NameAssignment.Write(devices.Nodes
        .Where(node => enclosure is null || node.Enclosure.Name == enclosure));

    /// <summary>
    /// Gives devices the names of a text; null when done, else the first thing wrong, and nothing changes.
    /// </summary>
    public Task<string?> AssignNamesAsync(string text) => ChangeAsync(() =>
    {
        (IReadOnlyList<(DmpNode Node, string Name)> names, string? refusal) = NameAssignment.Read(text, devices.Nodes);
        foreach ((DmpNode node, string name) in names)
        {
            settings[Names, node.Udid, "name"] = name;
        }

        return refusal;
    });

    /// <summary>Gives a device a name; null when done, else why not.</summary>
    public Task<string?> RenameAsync(string node, string name) => ChangeAsync(() =>
    {
        if (devices.FindNode(node) is not { } found)
        {
            return $"Dmpnode {node}: No such dmpnode";
        }

        if (!found.IsNamePersistent)
        {
            return $"Dmpnode {node}: Has no identity that a name could be kept for";
        }

        if (!NameFile.IsLegal(name))
        {
            return $"{name}: Invalid name";
        }

        if (devices.FindNode(name) is not null || GivenNamesUnsynchronized().KeyOf(name) is not null)
        {
            return $"Device {name}: Name is already used";
        }

        settings[Names, found.Udid, "name"] = name;
        return null;
    });

    /// <summary>Leaves a library, or a product, out of discovery; null when done, else why not.</summary>
    public Task<string?> ExcludeArrayAsync(string subject) => ChangeAsync(() =>
    {
        settings[ExcludedArrays, subject, "exclude"] = "yes";
        return null;
    });

    /// <summary>Takes that back; null when done, else why not.</summary>
    public Task<string?> IncludeArrayAsync(string subject) => ChangeAsync(() =>
    {
        if (settings[ExcludedArrays, subject, "exclude"] is null)
        {
            return $"{subject}: Is not excluded";
        }

        settings[ExcludedArrays, subject, "exclude"] = null;
        return null;
    });

    /// <summary>Claims disks by vendor and product; null when done, else why not.</summary>
    public Task<string?> AddJbodAsync(JbodRule rule) => ChangeAsync(() =>
    {
        settings[Jbods, rule.Key, SerialNumber] = rule.Text;
        settings[Jbods, rule.Key, CabinetNumber] = rule.CabinetText;
        settings[Jbods, rule.Key, Policy] = rule.Policy.Length > 0 ? rule.Policy : null;
        return null;
    });

    /// <summary>Takes that back; null when done, else why not.</summary>
    public Task<string?> RemoveJbodAsync(string vendor, string product) => ChangeAsync(() =>
    {
        string key = JbodRule.KeyOf(vendor, product);
        if (settings[Jbods, key, SerialNumber] is null)
        {
            return $"vid={vendor} pid={product}: Is not in the list";
        }

        settings[Jbods, key, SerialNumber] = null;
        settings[Jbods, key, CabinetNumber] = null;
        settings[Jbods, key, Policy] = null;
        return null;
    });

    /// <summary>Leaves devices to another driver; null when done, else why not.</summary>
    public Task<string?> AddForeignAsync(ForeignDevices devicesOfOthers) => ChangeAsync(() =>
    {
        settings[Foreign, devicesOfOthers.BlockPath, devicesOfOthers.IsFolder ? "dir" : "path"] =
            devicesOfOthers.CharacterPath;
        return null;
    });

    /// <summary>Takes that back; null when done, else why not.</summary>
    public Task<string?> RemoveForeignAsync(ForeignDevices devicesOfOthers) => ChangeAsync(() =>
    {
        string kind = devicesOfOthers.IsFolder ? "dir" : "path";
        if (settings[Foreign, devicesOfOthers.BlockPath, kind] is not { } character
            || (devicesOfOthers.CharacterPath.Length > 0 && devicesOfOthers.CharacterPath != character))
        {
            return $"{devicesOfOthers.BlockPath}: Is not in the list";
        }

        settings[Foreign, devicesOfOthers.BlockPath, kind] = null;
        return null;
    });

    /// <summary>Reads the file, once in the life of a host.</summary>
    internal void Load(ICollection<string> problems)
    {
        lock (changing)
        {
            if (!isLoaded)
            {
                isLoaded = true;
                settings.Load(files, problems);
            }
        }
    }

    /// <summary>The administrator's names, by udid.</summary>
    internal NameFile GivenNames()
    {
        lock (changing)
        {
            return GivenNamesUnsynchronized();
        }
    }

    private NameFile GivenNamesUnsynchronized()
    {
        NameFile names = NameFile.Empty();
        foreach ((SettingKey key, string value) in settings.All.Where(item => item.Key.Scope == Names))
        {
            names.TryAdd(value, key.Subject);
        }

        return names;
    }

    private IReadOnlyList<string> SubjectsOf(string scope)
    {
        lock (changing)
        {
            return [.. settings.All.Where(item => item.Key.Scope == scope).Select(item => item.Key.Subject)];
        }
    }

    private bool Word(string name, bool standard) =>
        settings[Naming, "scheme", name] is { } word ? word == "yes" : standard;

    private void Set(string name, bool value) => settings[Naming, "scheme", name] = value ? "yes" : "no";

    private Task<string?> ChangeAsync(Func<string?> change) => engine.RunBlockingAsync(() =>
    {
        List<string> problems = [];
        Load(problems);
        lock (changing)
        {
            string? refusal = change();
            if (refusal is null)
            {
                settings.Save(files);
            }

            return refusal;
        }
    });
}
