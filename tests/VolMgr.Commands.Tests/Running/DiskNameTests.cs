using System.Text;
using FsCheck;
using FsCheck.Fluent;
using VolMgr.Arrays;
using VolMgr.Blocks;
using VolMgr.Volumes.Hosts;

namespace VolMgr.Commands.Tests.Running;

/// <summary>A disk media name never stands for another LUN's data, whatever happens to LUNs and names.</summary>
public sealed class DiskNameTests
{
    private static readonly string[] Schemes =
    [
        "namingscheme=ebn use_avid=no persistence=no", "namingscheme=ebn use_avid=no", "namingscheme=ebn use_avid=yes",
        "namingscheme=osn", "namingscheme=osn persistence=yes",
    ];

    /// <summary>
    /// Any sequence of LUNs that are presented, hidden, renumbered, exchanged, given the volume id of another, of
    /// naming schemes, of whole and partial scans. What FsCheck shrinks a failure to is a row for the theory below.
    /// </summary>
    [Fact]
    public void NAME_3_no_sequence_of_changes_makes_a_disk_name_stand_for_another_luns_data() =>
        Prop.ForAll(ArbMap.Default.ArbFor<int[]>(), steps => HoldsAsync(steps).GetAwaiter().GetResult())
            .Check(Config.QuickThrowOnFailure.WithMaxTest(15).WithEndSize(40));

    [Theory]
    [InlineData(0, 16, 1, 17, 32, 0)]
    [InlineData(32, 0, 48, 8, 64, 0, 48)]
    [InlineData(35, 24, 0, 80, 96, 3, 48)]
    [InlineData(24, 64, 25, 80, 24, 16, 80, 51, 24)]
    public async Task NAME_3_known_sequences(params int[] steps) => Assert.True(await HoldsAsync(steps));

    private static async Task<bool> HoldsAsync(IReadOnlyList<int> steps)
    {
        await using CommandLab lab = await CommandLab.PopulatedAsync();
        foreach (DmpNode node in lab.Host.Devices.Nodes)
        {
            await node.Device.WriteAsync(
                node.Length - 512, Mark(node.LunName), WriteFlags.None, CancellationToken.None);
        }

        Dictionary<string, string> given = lab.Host.Disks.Where(disk => disk.DiskMediaName.Length > 0)
            .ToDictionary(disk => disk.DiskMediaName, disk => disk.Node.LunName, StringComparer.Ordinal);
        LabTopology topology = lab.Topology;
        foreach (uint step in steps.Select(step => unchecked((uint)step)))
        {
            topology = await StepAsync(lab, topology, step);
            foreach (DiskDevice disk in lab.Host.Disks.Where(disk => disk.DiskMediaName.Length > 0))
            {
                if (!await IsDataOfAsync(disk.Node, given[disk.DiskMediaName]))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private static async Task<LabTopology> StepAsync(CommandLab lab, LabTopology topology, uint step)
    {
        LunTopology lun = topology.Luns.ElementAt((int)(step % 8));
        bool isBit = (step & 8) != 0;
        switch (step / 16 % 6)
        {
            case 0:
                topology = topology.WithLun(lun.Name, "host1", isBit);
                break;
            case 1:
                LunTopology next = topology.Luns.ElementAt((int)(((step % 8) & 4) + ((step + 1) % 4)));
                topology = isBit
                    ? With(With(topology, lun.Name, each => each with { Number = next.Number }), next.Name,
                        each => each with { Number = lun.Number })
                    : With(topology, lun.Name, each => each with { Number = step / 96 % 3 == 0 ? 200 : each.Number });
                break;
            case 2:
                LunTopology other = topology.Luns.ElementAt((int)((step + 1) % 8));
                topology = With(topology, lun.Name, each => each with { ArrayVolumeId = other.ArrayVolumeId });
                topology = With(topology, other.Name, each => each with { ArrayVolumeId = lun.ArrayVolumeId });
                break;
            case 3:
                await lab.DoAsync($"vxddladm set {Schemes[step % Schemes.Length]}");
                break;
            case 4:
                await lab.DoAsync(isBit ? "vxdisk scandisks new" : "vxddladm assign names");
                break;
            default:
                await lab.DoAsync("vxdisk scandisks ctlr=" + (isBit ? "c2" : "c3"));
                break;
        }

        await lab.Host.Devices.ReplaceTopologyAsync(topology);
        if (step / 96 % 2 == 0)
        {
            await lab.DoAsync("vxdctl enable");
        }

        return topology;
    }

    /// <summary>Whether what stands there was written to that LUN; one that cannot be read is nobody's.</summary>
    private static async Task<bool> IsDataOfAsync(DmpNode node, string lun)
    {
        byte[] read = new byte[512];
        IoStatus status = await node.Device.ReadAsync(node.Length - 512, read, CancellationToken.None);
        return status != IoStatus.Success || read.AsSpan().SequenceEqual(Mark(lun));
    }

    private static LabTopology With(LabTopology lab, string name, Func<LunTopology, LunTopology> change) => lab with
    {
        Arrays = [.. lab.Arrays.Select(array => array with
        {
            Luns = [.. array.Luns.Select(lun => lun.Name == name ? change(lun) : lun)],
        })],
    };

    private static byte[] Mark(string lun)
    {
        byte[] mark = new byte[512];
        Encoding.ASCII.GetBytes(lun, mark);
        return mark;
    }
}
