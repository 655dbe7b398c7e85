using VolMgr.Commands.Views;
using VolMgr.Commands.Vxdg;
using VolMgr.Commands.Vxdisk;
using VolMgr.Commands.Vxdmpadm;
using VolMgr.Commands.Vxinfo;
using VolMgr.Commands.Vxtask;

namespace VolMgr.Commands.Tests.Listings;

/// <summary>The tables and long forms of the other listing commands on the sample host.</summary>
public sealed class TableTests
{
    private static readonly HostView Host = SampleGroup.Host;

    [Fact]
    public void Vxdisk_list() => GoldenFile.Matches("vxdisk-list", DeviceTable.Of(Host, true, false, false));

    [Fact]
    public void Vxdisk_list_of_all_groups() =>
        GoldenFile.Matches("vxdisk-o-alldgs-list", DeviceTable.Of(Host, true, true, false));

    [Fact]
    public void Vxdisk_list_with_native_names() =>
        GoldenFile.Matches("vxdisk-e-list", DeviceTable.Of(Host, true, false, true));

    [Fact]
    public void Vxdisk_list_of_a_disk_in_every_state() => GoldenFile.Matches(
        "vxdisk-list-long", Host.Devices.SelectMany(device => DeviceLongForm.Of(device).Append("")));

    [Fact]
    public void Vxdisk_s_list() => GoldenFile.Matches(
        "vxdisk-s-list", Host.Devices.SelectMany(device => DeviceLongForm.Short(device).Append("")));

    [Fact]
    public void Vxdisk_path() => GoldenFile.Matches("vxdisk-path", PathTable.Of(Host, true));

    [Fact]
    public void Vxdg_list() => GoldenFile.Matches("vxdg-list", GroupTable.Of(Host, true, false));

    [Fact]
    public void Vxdg_list_of_all_groups() => GoldenFile.Matches("vxdg-o-alldgs-list", GroupTable.Of(Host, true, true));

    [Fact]
    public void Vxdg_list_of_one_group() =>
        GoldenFile.Matches("vxdg-list-long", GroupLongForm.Of(Host, SampleGroup.View));

    [Fact]
    public void Vxdg_free() => GoldenFile.Matches("vxdg-free", FreeTable.Of(SampleGroup.View, true));

    [Fact]
    public void Vxdg_free_of_all_groups() => GoldenFile.Matches("vxdg-free-all", FreeTable.Of(Host.Groups, true));

    [Fact]
    public void Vxtask_list() =>
        GoldenFile.Matches("vxtask-list", Host.Tasks.Select(TaskRows.Row).Prepend(TaskRows.Header));

    [Fact]
    public void Vxtask_long_list() => GoldenFile.Matches(
        "vxtask-l-list",
        Host.Tasks.SelectMany(task => TaskLongForm.Of(
            task, new StoppedClock(new DateTimeOffset(2025, 11, 22, 10, 11, 47, TimeSpan.Zero))).Append("")));

    [Fact]
    public void Vxdmpadm_listenclosure() =>
        GoldenFile.Matches("vxdmpadm-listenclosure", EnclosureTable.Of(Host.Enclosures));

    [Fact]
    public void Vxdmpadm_getsubpaths() => GoldenFile.Matches("vxdmpadm-getsubpaths", PathRows.All(Host.Devices));

    [Fact]
    public void Vxdmpadm_getsubpaths_of_a_node() =>
        GoldenFile.Matches("vxdmpadm-getsubpaths-node", PathRows.OfNode(Host.Devices[0]));

    [Fact]
    public void Vxdmpadm_getsubpaths_of_a_controller() =>
        GoldenFile.Matches("vxdmpadm-getsubpaths-ctlr", PathRows.OfController(Host.Devices, "c2"));

    [Fact]
    public void Vxinfo_with_plexes() => GoldenFile.Matches(
        "vxinfo-p",
        SampleGroup.View.Configuration.Volumes.Values.SelectMany(
            volume => VxinfoCommand.Rows(SampleGroup.View, volume, hasPlexes: true)));

    [Fact]
    public void Vxinfo() => GoldenFile.Matches(
        "vxinfo",
        SampleGroup.View.Configuration.Volumes.Values.SelectMany(
            volume => VxinfoCommand.Rows(SampleGroup.View, volume, hasPlexes: false)));

    [Fact]
    public void Children_follow_their_parent_in_the_hierarchy()
    {
        IReadOnlyList<TaskView> shuffled = [.. Host.Tasks.Reverse()];

        Assert.Equal([170, 171, 163, 162], TaskRows.InHierarchy(shuffled).Select(task => task.Id));
    }

    [Fact]
    public void The_table_of_all_groups_has_media_third_and_group_fourth_for_awk()
    {
        string[] row = DeviceTable.Of(Host, true, true, false).ElementAt(1)
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(["emc0_01f4", "auto:cdsdisk", "datadg01", "datadg", "online"], row);
    }
}
