using VolMgr.Arrays.Estates;

namespace VolMgr.Arrays.Topology;

/// <summary>Reads hypervisors, datastores, machines and domains, which refer to the arrays and hosts read
/// before.</summary>
internal sealed class EstateReader(
    IReadOnlyList<ArrayTopology> arrays, IReadOnlyList<HostTopology> hosts, ProblemList problems)
{
    private readonly Dictionary<string, int> takenLuns = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> guests = new(StringComparer.Ordinal);
    private readonly Dictionary<string, bool> files = new(StringComparer.Ordinal);

    public EstateTopology Read(FieldReader lab)
    {
        List<DatastoreTopology> datastores = Each(lab, "datastores", Datastore);
        string[] stores = [.. datastores.Select(store => store.Name)];
        List<HypervisorTopology> hypervisors = Each(
            lab, "hypervisors", (fields, name) => Hypervisor(fields, name, stores));
        string[] hypervisorNames = [.. hypervisors.Select(each => each.Name)];
        List<MachineTopology> machines = Each(
            lab, "machines", (fields, name) => Machine(fields, name, hypervisorNames, stores));
        (List<ControlDomainTopology> controls, List<DomainTopology> domains) =
            new DomainReader(arrays, problems).Read(lab);
        return new EstateTopology
        {
            Hypervisors = hypervisors,
            Datastores = datastores,
            Machines = machines,
            Controls = controls,
            Domains = domains,
        };
    }

    private List<T> Each<T>(FieldReader lab, string field, Func<FieldReader, string, T> read) =>
        EstateFields.Each(lab, field, problems, read);

    private DatastoreTopology Datastore(FieldReader fields, string name)
    {
        List<string> luns = EstateFields.Words(fields, "luns", problems, isRequired: true);
        foreach (string lun in luns)
        {
            ArrayTopology? array = ArrayOf(lun);
            if (array is null || array.Kind == ArrayKinds.VirtualDisk)
            {
                fields.Complain("luns", $"'{lun}' is no LUN of an array that holds more than virtual disks; write "
                    + "array and LUN such as emc0/01f4.");
            }

            fields.Once("luns", lun, takenLuns, "a LUN holds one datastore, so give each its own");
        }

        return new DatastoreTopology
        {
            Name = name,
            Luns = luns,
            BlockSize = fields.Size("block", 1 << 20),
            IsInMaintenance = fields.Flag("maintenance"),
        };
    }

    private HypervisorTopology Hypervisor(FieldReader fields, string name, string[] stores)
    {
        HypervisorTopology host = new()
        {
            Name = name,
            Memory = fields.Size("memory"),
            Writable = EstateFields.Words(fields, "writable", problems, isRequired: false),
            ReadOnly = EstateFields.Words(fields, "readonly", problems, isRequired: false),
        };
        foreach (string field in new[] { "writable", "readonly" })
        {
            foreach (string store in field == "writable" ? host.Writable : host.ReadOnly)
            {
                EstateFields.RequireKnown(fields, field, store, stores, "datastore", "datastores");
            }
        }

        return host;
    }

    private MachineTopology Machine(FieldReader fields, string name, string[] hypervisors, string[] stores)
    {
        string guest = fields.Optional("guest", TextRule.FileName) ?? "";
        if (guest.Length > 0)
        {
            EstateFields.RequireKnown(
                fields, "guest", guest, [.. hosts.Select(host => host.Name)], "host", "hosts");
            fields.Once("guest", guest, guests, "a host runs in one machine");
        }

        string hypervisor = fields.Text("hypervisor", TextRule.FileName);
        EstateFields.RequireKnown(fields, "hypervisor", hypervisor, hypervisors, "hypervisor", "hypervisors");
        string home = fields.Text("home", TextRule.FileName);
        EstateFields.RequireKnown(fields, "home", home, stores, "datastore", "datastores");
        long memory = fields.Size("memory");
        bool enablesUuid = fields.Flag("enable_uuid", standard: true);
        if (!enablesUuid && guest.Length > 0)
        {
            fields.Complain("enable_uuid", $"host '{guest}' runs in the machine; write it there.");
        }

        List<MachineFileTopology> written = Files(fields);
        return new MachineTopology
        {
            Name = name,
            Guest = guest,
            Hypervisor = hypervisor,
            Home = home,
            Memory = memory,
            DirtyRate = fields.Size("dirty", 0),
            EnablesDiskUuid = enablesUuid,
            Files = written.Count > 0 ? written : MachineTopology.UsualFiles(name, memory),
            Disks = Disks(fields, name, stores),
        };
    }

    private List<MachineFileTopology> Files(FieldReader machine)
    {
        Dictionary<string, int> names = new(StringComparer.Ordinal);
        List<MachineFileTopology> read = [];
        foreach ((YamlNode node, string path) in machine.List("files", isRequired: false))
        {
            FieldReader file = new(node, path, problems);
            string name = file.Text("name", TextRule.FileName);
            file.Once("name", name, names, "give each file of a machine a name of its own");
            read.Add(new MachineFileTopology(name, file.Size("size")));
            file.Finish();
        }

        return read;
    }

    private List<MachineDiskTopology> Disks(FieldReader machine, string machineName, string[] stores)
    {
        Dictionary<string, int> names = new(StringComparer.Ordinal);
        List<MachineDiskTopology> disks = [];
        foreach ((YamlNode node, string path) in machine.List("disks", isRequired: false))
        {
            FieldReader disk = new(node, path, problems);
            MachineDiskTopology read = new()
            {
                Name = disk.Text("name", TextRule.MachineDisk),
                Lun = disk.Text("lun", TextRule.Any),
                Kind = EstateFields.Word(disk, "kind", EstateWords.DiskKinds),
                Mode = EstateFields.Word(disk, "mode", EstateWords.DiskModes),
                IsMultiWriter = disk.Flag("multi_writer"),
                IsAgentHeld = disk.Flag("agent"),
            };
            disk.Once("name", read.Name, names, "give each disk of a machine a name of its own");
            RequirePlace(disk, read, machineName, stores);
            disk.Finish();
            disks.Add(read);
        }

        return disks;
    }

    private void RequirePlace(FieldReader fields, MachineDiskTopology disk, string machine, string[] stores)
    {
        ArrayTopology? array = ArrayOf(disk.Lun);
        bool isFile = disk.Kind == MachineDiskKind.Vmdk;
        if (disk.Lun.Length > 0 && (array is null || array.Kind == ArrayKinds.VirtualDisk != isFile))
        {
            fields.Complain("lun", isFile
                ? $"'{disk.Lun}' is no LUN of an array of kind vmware; write one, or the kind physical or virtual."
                : $"'{disk.Lun}' is no LUN of an array; write array and LUN such as emc0/01f4.");
            return;
        }

        LunTopology? lun = array?.Luns.FirstOrDefault(each => each.Name == disk.Lun);
        if (lun is null)
        {
            return;
        }

        if (isFile && !(DatastorePlace.Of(lun.Backing) is { } place && stores.Contains(place.Store)))
        {
            fields.Complain("lun", $"the backing of '{disk.Lun}' is no file of a datastore; write, under its array, "
                + $"backing: {DatastoreTopology.Folder}/DATASTORE/{machine}/FILE.vmdk.");
        }

        if (!files.TryAdd(disk.Lun, disk.IsMultiWriter) && !(files[disk.Lun] && disk.IsMultiWriter))
        {
            fields.Complain("lun", $"'{disk.Lun}' belongs to another machine too; write `multi_writer: true` at each.");
        }

        if (disk.IsMultiWriter && isFile && lun.IsThin)
        {
            fields.Complain("multi_writer", $"'{disk.Lun}' is thin, and what is shared is eager-zeroed thick; take out "
                + "`thin: true` there.");
        }
    }

    private ArrayTopology? ArrayOf(string lun) =>
        arrays.FirstOrDefault(array => array.Luns.Any(each => each.Name == lun));
}
