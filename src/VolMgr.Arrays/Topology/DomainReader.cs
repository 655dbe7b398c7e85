using VolMgr.Arrays.Estates;

namespace VolMgr.Arrays.Topology;

/// <summary>Reads control domains with their virtual disk services, and the logical domains that they have.</summary>
internal sealed class DomainReader(IReadOnlyList<ArrayTopology> arrays, ProblemList problems)
{
    private const int MostProcessors = 4096;

    public (List<ControlDomainTopology> Controls, List<DomainTopology> Domains) Read(FieldReader lab)
    {
        List<ControlDomainTopology> controls = EstateFields.Each(lab, "control_domains", problems, Control);
        return (controls, EstateFields.Each(
            lab, "domains", problems, (fields, name) => Domain(fields, name, controls)));
    }

    private ControlDomainTopology Control(FieldReader fields, string name) => new()
    {
        Name = name,
        Memory = fields.Size("memory"),
        Processors = fields.Number("processors", 1, MostProcessors),
        ProcessorKind = fields.Optional("processor", TextRule.FileName) ?? "sun4v",
        Cluster = fields.Optional("cluster", TextRule.FileName) ?? "",
        Switches = EstateFields.Words(fields, "switches", problems, isRequired: false),
        Volumes = Volumes(fields),
    };

    private List<ServiceVolumeTopology> Volumes(FieldReader control)
    {
        Dictionary<string, int> names = new(StringComparer.Ordinal);
        List<ServiceVolumeTopology> volumes = [];
        foreach ((YamlNode node, string path) in control.List("volumes", isRequired: false))
        {
            FieldReader fields = new(node, path, problems);
            ServiceVolumeTopology volume = new(
                fields.Text("service", TextRule.FileName), fields.Text("name", TextRule.FileName),
                fields.Text("path", TextRule.Any), fields.Text("lun", TextRule.Any));
            fields.Once(
                "name", $"{volume.Service}/{volume.Name}", names, "give each volume of a service a name of its own");
            if (volume.Lun.Length > 0 && !arrays.Any(array => array.Luns.Any(lun => lun.Name == volume.Lun)))
            {
                fields.Complain("lun", $"there is no LUN '{YamlTree.Printable(volume.Lun)}'; write array and LUN such "
                    + "as emc0/01f4.");
            }

            fields.Finish();
            volumes.Add(volume);
        }

        return volumes;
    }

    private DomainTopology Domain(FieldReader fields, string name, IReadOnlyList<ControlDomainTopology> controls)
    {
        string control = fields.Text("control", TextRule.FileName);
        EstateFields.RequireKnown(
            fields, "control", control, [.. controls.Select(each => each.Name)], "control domain", "control_domains");
        return new DomainTopology
        {
            Name = name,
            Control = control,
            State = EstateFields.Word(fields, "state", EstateWords.Conditions),
            Memory = fields.Size("memory"),
            DirtyRate = fields.Size("dirty", 0),
            Processors = fields.Number("processors", 1, MostProcessors, fallback: 1),
            Switches = EstateFields.Words(fields, "switches", problems, isRequired: false),
            ClusterStorage = fields.Optional("cluster", TextRule.FileName) ?? "",
            Disks = Disks(fields, controls.FirstOrDefault(each => each.Name == control)),
        };
    }

    private List<DomainDiskTopology> Disks(FieldReader domain, ControlDomainTopology? control)
    {
        Dictionary<string, int> names = new(StringComparer.Ordinal);
        List<DomainDiskTopology> disks = [];
        foreach ((YamlNode node, string path) in domain.List("disks", isRequired: false))
        {
            FieldReader fields = new(node, path, problems);
            DomainDiskTopology disk = new(
                fields.Text("name", TextRule.FileName), fields.Text("service", TextRule.FileName),
                fields.Text("volume", TextRule.FileName));
            fields.Once("name", disk.Name, names, "give each disk of a domain a name of its own");
            if (control is not null && control.Find(disk.Service, disk.Volume) is null)
            {
                fields.Complain("volume", $"{control.Name} exports no '{disk.Service}/{disk.Volume}'; write it under "
                    + "its volumes.");
            }

            fields.Finish();
            disks.Add(disk);
        }

        return disks;
    }
}
