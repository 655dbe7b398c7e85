using VolMgr.Arrays.Topology;

namespace VolMgr.Arrays.Faults;

/// <summary>The faults that change what the arrays show: the lab as hosts find it.</summary>
internal static class TopologyFaults
{
    public static LabTopology Apply(LabTopology lab, IReadOnlyList<LabFault> faults)
    {
        foreach (LabFault fault in faults)
        {
            lab = Apply(lab, fault);
        }

        return lab;
    }

    private static LabTopology Apply(LabTopology lab, LabFault fault)
    {
        string target = fault.Target;
        string To() => fault.Values["to"];
        long By() => SizeText.Parse(fault.Values["by"]).Size;
        return fault.Definition.Name switch
        {
            "array-removed" => lab.Arrays.Where(array => array.Name == target).SelectMany(array => array.Luns)
                .Aggregate(lab, (now, lun) => now.WithLun(lun.Name, null, isPresented: false)),
            "lun-unpresented" => lab.WithLun(target, null, isPresented: false),
            "changed-avid" => With(lab, target, lun => lun with { ArrayVolumeId = To() }),
            "changed-serial" => With(lab, target, lun => lun with { Serial = To() }),
            "lun-renumbered" => With(lab, target, lun => lun with { Number = int.Parse(To()) }),
            "lun-grown" => With(lab, target, lun => lun with { Size = lun.Size + By() }),
            "lun-shrunk" => With(lab, target, lun => lun with { Size = Math.Max(512, lun.Size - By()) }),
            "duplicate-lun" when lab.FindLun(fault.Values["of"]) is { } other =>
                With(lab, target, lun => lun with { Serial = other.Serial }),
            "clone-presented" when lab.FindLun(fault.Values["of"]) is { } source =>
                With(lab, target, lun => lun with { Backing = source.Backing, Size = source.Size }),
            "firmware-changed" => lab with
            {
                Arrays = [.. lab.Arrays.Select(array => array.Name == target ? array with { Firmware = To() } : array)],
            },
            "zone-missing" => WithController(lab, target, _ => []),
            "zone-wrong" => WithController(lab, target, _ => [new PortTarget(To(), null)]),
            "uuid-hidden" => lab with
            {
                Hosts = [.. lab.Hosts.Select(host =>
                    host.Name == target ? host with { EnablesDiskUuid = false } : host)],
            },
            _ => lab,
        };
    }

    private static LabTopology With(LabTopology lab, string name, Func<LunTopology, LunTopology> change) => lab with
    {
        Arrays = [.. lab.Arrays.Select(array => array with
        {
            Luns = [.. array.Luns.Select(lun => lun.Name == name ? change(lun) : lun)],
        })],
    };

    private static LabTopology WithController(
        LabTopology lab, string target, Func<HbaTopology, IReadOnlyList<PortTarget>> targets) => lab with
        {
            Hosts = [.. lab.Hosts.Select(host => host with
            {
                Hbas = [.. host.Hbas.Select(hba => $"{host.Name}:{hba.Controller}" == target
                ? hba with { Targets = targets(hba) }
                : hba)],
            })],
        };
}
