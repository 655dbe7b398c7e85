using VolMgr.Arrays.Discovery;
using VolMgr.Arrays.Multipath;

namespace VolMgr.Arrays;

/// <summary>
/// What an administrator sets about the paths of a host (`vxdmpadm setattr`, `settune`, `exclude`, `iostat`). Settings
/// are in etc/vx/dmppolicy.info before a change returns, and hold over reboots, rescans and new names.
/// </summary>
public sealed class DmpControl
{
    internal const string File = "etc/vx/dmppolicy.info";
    private const string Tunable = "tunable";
    private const string Exclusion = "exclude";
    private const string PathScope = "path";

    private readonly Lock changing = new();
    private readonly HostDevices devices;
    private readonly MultipathHost host;
    private readonly RestoreDaemon daemon;
    private readonly IHostFiles files;
    private readonly SettingsFile settings = new(File);
    private bool isLoaded;

    internal DmpControl(HostDevices devices, MultipathHost host, RestoreDaemon daemon, IHostFiles files)
    {
        this.devices = devices;
        this.host = host;
        this.daemon = daemon;
        this.files = files;
    }

    /// <summary>The tunables with their values.</summary>
    public DmpTunables Tunables => host.Tunables;

    /// <summary>Whether I/O is counted and timed.</summary>
    public bool IsGatheringStatistics => host.IsGathering;

    /// <summary>
    /// Starts or stops counting and timing; what was counted stays until <see cref="ResetStatistics"/>.
    /// </summary>
    public void GatherStatistics(bool isOn) => host.IsGathering = isOn;

    /// <summary>Counts from zero.</summary>
    public void ResetStatistics()
    {
        foreach (DmpNode node in devices.Nodes)
        {
            node.Multipath.Counter.Reset();
            foreach (DevicePath path in node.Paths)
            {
                path.Counter.Reset();
            }
        }
    }

    /// <summary>Sets a tunable; null when done, else why not.</summary>
    public Task<string?> SetTunableAsync(string name, string value) => ChangeAsync(() =>
    {
        string? refusal = host.Tunables.Set(name, value);
        if (refusal is null)
        {
            settings[Tunable, "dmp", name] = host.Tunables.Find(name);
        }

        return refusal;
    });

    /// <summary>
    /// Sets an attribute of an enclosure (scope `enclosure`, by name), of all arrays of one name (`arrayname`: the
    /// enclosure type) or of one type (`arraytype`). Null when done, else why not.
    /// </summary>
    public Task<string?> SetAttributeAsync(string scope, string subject, string name, string value) => ChangeAsync(() =>
    {
        if (SubjectKey(scope, subject) is not { } key)
        {
            return $"{scope} {subject}: No such {scope}";
        }

        if (MultipathAttributes.Check(name, value) is { } refusal)
        {
            return refusal;
        }

        settings[scope, key, name] = value;
        return null;
    });

    /// <summary>
    /// The value of an attribute that is in force for an enclosure, and the one without any setting. Null for an
    /// unknown enclosure or attribute.
    /// </summary>
    public (string Default, string Current)? Attribute(Enclosure enclosure, string name)
    {
        string? standard = MultipathAttributes.Default(name, enclosure.ArrayType, host.Tunables);
        return standard is null ? null : (standard, Find(enclosure, name) ?? standard);
    }

    /// <summary>Sets a path's attributes (`pathtype=`, with its priority); null when done, else why not.</summary>
    public Task<string?> SetPathAsync(string path, string pathType, int? priority) => ChangeAsync(() =>
    {
        (DmpNode Node, DevicePath Path)? found = FindPath(path);
        if (found is not { } item)
        {
            return $"Path {path}: No such path";
        }

        if (!MultipathAttributes.PathTypes.Contains(pathType))
        {
            return $"pathtype={pathType}: Invalid value; expected {string.Join(", ", MultipathAttributes.PathTypes)}";
        }

        string key = KeyOf(item.Node, item.Path);
        MultipathAttributes.SetPathType(settings, PathScope, key, pathType);
        if (priority is not null)
        {
            settings[PathScope, key, "priority"] = priority.ToString();
        }

        return null;
    });

    /// <summary>Gives an enclosure another name; null when done, else why not. The next scan shows the names.</summary>
    public Task<string?> RenameEnclosureAsync(string name, string newName) =>
        host.Engine.RunBlockingAsync(() => devices.RenameEnclosure(name, newName));

    /// <summary>
    /// Hides devices or paths from the volume manager from the next scan on: `path`, `ctlr`, `dmpnodename`, `product`
    /// (VID:PID) with its subject, or `all`. Null when done, else why not.
    /// </summary>
    public Task<string?> ExcludeAsync(string kind, string subject) => ChangeAsync(() =>
    {
        string? key = ExclusionKey(kind, subject);
        if (key is null)
        {
            return $"{kind} {subject}: No such {kind}";
        }

        settings[Exclusion, kind, key] = subject.Length > 0 ? subject : "all";
        return null;
    });

    /// <summary>Takes an exclusion back, `all` every one; null when done, else why not.</summary>
    public Task<string?> IncludeAsync(string kind, string subject) => ChangeAsync(() =>
    {
        List<SettingKey> meant = [.. settings.All
            .Where(item => item.Key.Scope == Exclusion
                && (kind == "all" || (item.Key.Subject == kind && item.Value == subject)))
            .Select(item => item.Key)];
        foreach (SettingKey key in meant)
        {
            settings[key.Scope, key.Subject, key.Name] = null;
        }

        return meant.Count > 0 || kind == "all" ? null : $"{kind} {subject}: Is not excluded";
    });

    /// <summary>What is excluded: kind, and the name under which it was.</summary>
    public IReadOnlyList<(string Kind, string Subject)> Exclusions
    {
        get
        {
            lock (changing)
            {
                return [.. settings.All.Where(item => item.Key.Scope == Exclusion)
                    .Select(item => (item.Key.Subject, item.Value))];
            }
        }
    }

    /// <summary>Reads the file, once in the life of a host: it is this object that changes it.</summary>
    internal void Load(ICollection<string> problems)
    {
        lock (changing)
        {
            if (isLoaded)
            {
                return;
            }

            isLoaded = true;
            settings.Load(files, problems);
            foreach ((SettingKey key, string value) in settings.All.Where(item => item.Key.Scope == Tunable).ToList())
            {
                if (host.Tunables.Set(key.Name, value) is { } refusal)
                {
                    problems.Add($"{File}: {refusal}; the setting is dropped.");
                    settings[key.Scope, key.Subject, key.Name] = null;
                }
            }
        }
    }

    internal IReadOnlyList<FoundDevice> WithoutExcluded(IReadOnlyList<FoundDevice> found)
    {
        lock (changing)
        {
            return [.. found
                .Select(device => device with
                {
                    Paths = [.. device.Paths.Where(path => !IsExcluded(device, path.Seen))],
                })
                .Where(device => device.Paths.Count > 0)];
        }
    }

    internal void ApplyTo(IEnumerable<DmpNode> nodes)
    {
        foreach (DmpNode node in nodes)
        {
            foreach (DevicePath path in node.Paths)
            {
                string key = KeyOf(node, path);
                lock (changing)
                {
                    MultipathAttributes.Show(path, name => settings[PathScope, key, name]);
                }
            }

            node.Multipath.Apply(
                MultipathAttributes.Read(node.Enclosure.ArrayType, name => Find(node.Enclosure, name)
                    ?? (name == MultipathAttributes.Policy && node.ClaimedPolicy is { } policy
                        ? IoPolicyWords.WordOf(policy)
                        : null)));
        }
    }

    private static string KeyOf(DmpNode node, DevicePath path) => $"{path.Controller}/{path.PortWwn}/{node.Udid}";

    private Task<string?> ChangeAsync(Func<string?> change) => host.Engine.RunBlockingAsync(() =>
    {
        List<string> problems = [];
        Load(problems);
        lock (changing)
        {
            string? refusal = change();
            if (refusal is not null)
            {
                return refusal;
            }

            settings.Save(files);
        }

        ApplyTo(devices.Nodes);
        daemon.Restart();
        return null;
    });

    private string? Find(Enclosure enclosure, string name)
    {
        lock (changing)
        {
            return settings["enclosure", enclosure.Key.ToString(), name]
                ?? settings["arrayname", enclosure.Type, name]
                ?? settings["arraytype", enclosure.ArrayType, name];
        }
    }

    private string? SubjectKey(string scope, string subject) => scope switch
    {
        "enclosure" => devices.Enclosures.FirstOrDefault(each => each.Name == subject)?.Key.ToString(),
        "arrayname" => devices.Enclosures.Any(each => each.Type == subject) ? subject : null,
        "arraytype" => devices.Enclosures.Any(each => each.ArrayType == subject) ? subject : null,
        _ => null,
    };

    private (DmpNode Node, DevicePath Path)? FindPath(string name) => devices.Nodes
        .SelectMany(node => node.Paths.Select(path => ((DmpNode, DevicePath)?)(node, path)))
        .FirstOrDefault(item => item is { Item2: { } path } && path.Name == name);

    private string? ExclusionKey(string kind, string subject) => kind switch
    {
        "all" => "all",
        "ctlr" => devices.Nodes.Any(node => node.Paths.Any(path => path.Controller == subject)) ? subject : null,
        "dmpnodename" => devices.FindNode(subject)?.Udid,
        "path" => FindPath(subject) is { } found ? KeyOf(found.Node, found.Path) : null,
        "product" => subject.Contains(':', StringComparison.Ordinal) ? subject : null,
        _ => null,
    };

    private bool IsExcluded(FoundDevice device, SeenPath path) =>
        settings[Exclusion, "all", "all"] is not null
        || settings[Exclusion, "ctlr", path.Controller] is not null
        || settings[Exclusion, "dmpnodename", device.Udid] is not null
        || settings[Exclusion, "product", $"{device.Standard.Vendor}:{device.Standard.Product}"] is not null
        || settings[Exclusion, "path", $"{path.Controller}/{PortName.Of(path.Array, path.Port)}/{device.Udid}"]
            is not null;
}
