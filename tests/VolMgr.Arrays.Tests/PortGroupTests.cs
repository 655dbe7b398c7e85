using VolMgr.Arrays.Scsi;

namespace VolMgr.Arrays.Tests;

/// <summary>REPORT TARGET PORT GROUPS, and what a host makes of it.</summary>
public sealed class PortGroupTests
{
    [Fact]
    public void The_groups_are_bytes_as_SPC_4_has_them()
    {
        byte[] bytes = TargetPortGroups.Build(2, owner: 2, preferred: 1);
        Assert.Equal(
            "00000018" + "81030001" + "00000001" + "00000001" + "00030002" + "00000001" + "00000002",
            Convert.ToHexString(bytes));
        Assert.True(TargetPortGroups.TryRead(bytes, out IReadOnlyList<PortGroup> groups));
        Assert.Equal(
            [
                new PortGroup(1, PortGroupState.ActiveNonOptimized, true, 1),
                new PortGroup(2, PortGroupState.ActiveOptimized, false, 2),
            ],
            groups);
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.False(TargetPortGroups.TryRead(bytes.AsSpan(0, length), out _));
        }

        bytes[11] = 9; // more ports than bytes
        Assert.False(TargetPortGroups.TryRead(bytes, out _));
    }

    /// <summary>
    /// An ALUA array moves a LUN to its other controller: the next scan shows other paths as optimized, and I/O takes
    /// them.
    /// </summary>
    [Fact]
    public void Paths_of_an_ALUA_lun_follow_the_groups_with_the_next_scan()
    {
        SimulatedHosts lab = new() { Topology = SimulatedHosts.Only(Svc()) };
        lab.Simulator.Run(async () =>
        {
            HostDevices devices = await lab.BootAsync();
            DmpNode node = devices.Nodes[0];
            Assert.Equal([PathType.ActiveNonOptimized, PathType.ActiveOptimized], node.Paths.Select(path => path.Type));
            lab.Arrays.Faults.Inject(lab.Topology, "trespass", "svc0/1", "to=1");
            await devices.ScanAsync(CancellationToken.None);
            Assert.Equal([PathType.ActiveOptimized, PathType.ActiveNonOptimized], node.Paths.Select(path => path.Type));
            await lab.WriteAsync(node);
            await lab.WriteAsync(node);
            Assert.Equal([2L, 0L], node.Paths.Select(path => path.UseCount));
            Assert.Equal(1, lab.Arrays.TrespassCount("svc0/1"));
        });
    }

    private static ArrayTopology Svc() => SimulatedHosts.ActivePassive(false) with
    {
        Name = "svc0",
        Kind = "ibm-svc",
        Vendor = "IBM",
        Product = "2145",
        Luns =
        [
            SimulatedHosts.ActivePassive(false).Luns[0] with { Name = "svc0/1", Backing = "arrays/svc0/1.img" },
        ],
    };
}
