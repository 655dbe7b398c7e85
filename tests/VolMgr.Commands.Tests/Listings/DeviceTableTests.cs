using VolMgr.Commands.Tests.Running;

namespace VolMgr.Commands.Tests.Listings;

/// <summary>
/// Every table and long form of the device commands, on a host of the template `migration` with one path disabled by
/// hand, a device left to another driver and one kind of disk claimed by hand.
/// </summary>
public sealed class DeviceTableTests
{
    [Theory]
    [InlineData("vxdmpadm-getctlr", "vxdmpadm getctlr all")]
    [InlineData("vxdmpadm-getdmpnode", "vxdmpadm getdmpnode all")]
    [InlineData("vxdmpadm-getattr", "vxdmpadm getattr enclosure emc0 iopolicy")]
    [InlineData("vxdmpadm-getattr-recovery", "vxdmpadm getattr enclosure pure0 recoveryoption")]
    [InlineData("vxdmpadm-getportids", "vxdmpadm getportids enclosure=pure0")]
    [InlineData("vxdmpadm-getsubpaths-all", "vxdmpadm getsubpaths")]
    [InlineData("vxdmpadm-getsubpaths-alua", "vxdmpadm getsubpaths dmpnodename=pure0_0012")]
    [InlineData("vxdmpadm-getsubpaths-pwwn", "vxdmpadm getsubpaths enclosure=pure0 portid=2")]
    [InlineData("vxdmpadm-gettpdnode", "vxdmpadm gettpdnode")]
    [InlineData("vxdmpadm-gettune", "vxdmpadm gettune all")]
    [InlineData("vxdmpadm-iostat", "vxdmpadm iostat show all")]
    [InlineData("vxdmpadm-list-dmpnode", "vxdmpadm list dmpnode enclosure=emc0")]
    [InlineData("vxdmpadm-listapm", "vxdmpadm listapm all")]
    [InlineData("vxdmpadm-listapm-module", "vxdmpadm listapm dmpaa")]
    [InlineData("vxdmpadm-listctlr", "vxdmpadm listctlr all")]
    [InlineData("vxdmpadm-listexclude", "vxdmpadm listexclude")]
    [InlineData("vxdmpadm-stat-restored", "vxdmpadm stat restored")]
    [InlineData("vxddladm-get-namingscheme", "vxddladm get namingscheme")]
    [InlineData("vxddladm-list-devices", "vxddladm list devices")]
    [InlineData("vxddladm-list-hbas", "vxddladm list hbas")]
    [InlineData("vxddladm-list-ports", "vxddladm list ports")]
    [InlineData("vxddladm-list-targets", "vxddladm list targets")]
    [InlineData("vxddladm-listexclude", "vxddladm listexclude all")]
    [InlineData("vxddladm-listforeign", "vxddladm listforeign")]
    [InlineData("vxddladm-listjbod", "vxddladm listjbod")]
    [InlineData("vxddladm-listsupport", "vxddladm listsupport all")]
    [InlineData("vxddladm-listsupport-library", "vxddladm listsupport libname=libvxibmsvc.so")]
    public async Task Tables_of_devices(string golden, string line)
    {
        await using CommandLab lab = await CommandLab.StartAsync();
        foreach (string set in (string[])
            [
                "vxdmpadm iostat start", "vxdmpadm disable path=sdb",
                "vxdmpadm setattr enclosure emc0 iopolicy=round-robin",
                "vxdmpadm setattr enclosure pure0 recoveryoption=timebound iotimeout=90",
                "vxdmpadm settune dmp_restore_interval=60",
                "vxdmpadm exclude dmpnodename=pure0_0015",
                "vxddladm addforeign blockpath=/dev/sdc charpath=/dev/raw/sdc",
                "vxddladm addjbod vid=OSNEXUS pid=QUANTASTOR serialnum=18/080/4/0x14 cabinetnum=18/-1/16/4 policy=ap",
                "vxddladm addjbod vid=ACME", "vxddladm excludearray libname=libvxnetapp.so",
            ])
        {
            await lab.DoAsync(set);
        }

        await lab.DoAsync("vxdmpadm iostat reset");
        GoldenFile.Matches(golden, (await lab.AskAsync(line)).Out.TrimEnd('\n').Split('\n'));
    }
}
