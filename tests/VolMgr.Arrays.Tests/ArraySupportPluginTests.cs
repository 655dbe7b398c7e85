using VolMgr.Arrays.Libraries;

namespace VolMgr.Arrays.Tests;

/// <summary>
/// A library as an administrator would drop it into the folder: this assembly is the one that is loaded.
/// </summary>
public sealed class AcmePlugin : IArraySupportPlugin
{
    public string LibraryName => "libvxacme.so";

    public string Vendor => "ACME";

    public string Product => "Box";

    public PluginClaim? Claim(PluginInquiry inquiry) => inquiry is { Vendor: "ACME", Product: "Box" }
        ? new PluginClaim("ACME", "CAB7", System.Text.Encoding.ASCII.GetString(inquiry.Page(0x80).Span[4..]), "", "A/A",
            PathType.None)
        : inquiry.Product == "Bomb" ? throw new InvalidOperationException("cannot count") : null;
}

/// <summary>A library that cannot even be made.</summary>
public sealed class StillbornPlugin : IArraySupportPlugin
{
    public StillbornPlugin() => throw new NotSupportedException("wrong release");

    public string LibraryName => "libvxstillborn.so";

    public string Vendor => "";

    public string Product => "";

    public PluginClaim? Claim(PluginInquiry inquiry) => null;
}

public sealed class ArraySupportPluginTests
{
    [Fact]
    public async Task ASL_4_an_assembly_in_the_folder_claims_and_what_fails_to_load_is_reported_and_left_out()
    {
        string folder = Directory.CreateTempSubdirectory("asl").FullName;
        File.Copy(typeof(AcmePlugin).Assembly.Location, Path.Combine(folder, "acme.dll"));
        await File.WriteAllTextAsync(
            Path.Combine(folder, "broken.dll"), "not an assembly", TestContext.Current.CancellationToken);

        ArraySupportPlugins plugins = ArraySupportPlugins.Load(folder);
        Assert.Equal(["libvxacme.so"], plugins.Plugins.Select(plugin => plugin.LibraryName));
        Assert.Equal(
            [
                "acme.dll: VolMgr.Arrays.Tests.StillbornPlugin cannot be made (wrong release); it is left out.",
                "broken.dll: it cannot be loaded (BadImageFormatException); it is left out.",
            ],
            plugins.Problems);

        await using HostDevices devices = await ScanAsync(plugins, "ACME", "Box", "S42");
        DmpNode node = devices.FindNode("acme0_0")!;
        Assert.Equal(("S42", "libvxacme.so"), (node.LunSerial, node.Enclosure.Asl));
        Assert.Equal("ACME%5FBox%5FCAB7%5FS42", node.Udid);
        Assert.Equal(plugins.Problems, devices.Problems);
        Assert.Equal("libvxacme.so", devices.Ddl.SupportedArrays[0].LibraryName);
        Assert.Empty(ArraySupportPlugins.Load(Path.Combine(folder, "nowhere")).Plugins);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task ASL_4_a_scan_finds_a_library_that_came_and_misses_one_that_went()
    {
        string folder = Directory.CreateTempSubdirectory("asl").FullName;
        await using HostDevices devices = await ScanAsync(ArraySupportPlugins.Load(folder), "ACME", "Box", "S42");
        Assert.Null(devices.FindNode("acme0_0"));
        string file = Path.Combine(folder, "acme.dll");
        File.Copy(typeof(AcmePlugin).Assembly.Location, file);
        await devices.ScanAsync(CancellationToken.None);
        Assert.NotNull(devices.FindNode("acme0_0"));
        Assert.Single(devices.Problems);
        File.Delete(file);
        await devices.ScanAsync(CancellationToken.None);
        Assert.Null(devices.FindNode("acme0_0"));
        Assert.Empty(devices.Problems);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task ASL_4_a_library_that_throws_is_reported_and_left_out()
    {
        await using HostDevices devices = await ScanAsync(
            ArraySupportPlugins.Of(new AcmePlugin()), "ACME", "Bomb", "S42");

        Assert.Equal("disk_0", devices.Nodes[0].Name);
        Assert.Equal(["libvxacme.so: it failed (cannot count) and is left out."], devices.Problems);
        Assert.DoesNotContain(devices.Ddl.SupportedArrays, each => each.LibraryName == "libvxacme.so");
    }

    [Fact]
    public async Task ASL_4_an_unknown_array_is_other_disks_and_a_jbod_only_after_it_was_added()
    {
        await using HostDevices devices = await ScanAsync(ArraySupportPlugins.None, "ACME", "Odd", "");
        Assert.All(devices.Nodes.Where(node => node.Vendor == "ACME"), node =>
            Assert.Equal("other_disks", node.Enclosure.Name));

        Assert.Null(JbodRule.Create("ACME", "Odd", "19/0x80/4/20"));
        Assert.Null(JbodRule.Create("ACME", "Odd", "18/0x80/4"));
        Assert.Null(await devices.Ddl.AddJbodAsync(JbodRule.Create("ACME", "Odd", "18/-1/16/3")!));
        await devices.ScanAsync(CancellationToken.None);
        DmpNode node = devices.FindNode("disk_0")!;
        Assert.Equal(("Odd", 2, "ACME%5FOdd%5FDISKS%5FOdd"), (node.LunSerial, node.Paths.Count, node.Udid));
        Assert.Null(await devices.Ddl.RemoveJbodAsync("ACME", "Odd"));
        Assert.NotNull(await devices.Ddl.RemoveJbodAsync("ACME", "Odd"));
        Assert.Equal("18/-1/4/20", JbodRule.Create("OSNEXUS", "QUANTASTOR", "18/080/4/0x14")!.Shown);
    }

    /// <summary>The first four characters of the product stand in for a cabinet's serial.</summary>
    [Fact]
    public async Task ASL_4_a_jbod_rule_may_say_where_the_cabinet_is_and_how_paths_are_used()
    {
        await using HostDevices devices = await ScanAsync(ArraySupportPlugins.None, "ACME", "Odd", "N1");
        JbodRule rule = JbodRule.Create("ACME", "", "18/0x80/4/32", "18/-1/16/3", "ap")!;
        Assert.Null(await devices.Ddl.AddJbodAsync(rule));
        await devices.ScanAsync(CancellationToken.None);
        DmpNode node = devices.FindNode("disk0_0")!;
        Assert.Equal(("Odd", "ACME%5FOdd%5FOdd%5FN1"), (node.Enclosure.Serial, node.Udid));
        Assert.Equal(IoPolicy.SingleActive, node.Policy);
        Assert.Single(node.Paths, path => path.IsInUse);
        Assert.Equal(("18/-1/16/3", "ap"), (devices.Ddl.JbodRules[0].CabinetText, devices.Ddl.JbodRules[0].Policy));

        Assert.Null(await devices.Dmp.SetAttributeAsync("enclosure", "disk0", "iopolicy", "round-robin"));
        Assert.Equal(IoPolicy.RoundRobin, node.Policy);
        Assert.Null(await devices.Ddl.AddJbodAsync(JbodRule.Create("ACME", "", "18/0x80/4/32")!));
        Assert.Null(devices.Ddl.JbodRules[0].CabinetText);
        Assert.Null(JbodRule.Create("ACME", "", "18/0x80/4/32", "18/0x80/4"));
        Assert.Null(JbodRule.Create("ACME", "", "18/0x80/4/32", null, "aaa"));
    }

    [Fact]
    public async Task An_excluded_library_claims_nothing_until_it_is_included_again()
    {
        TestLab lab = new();
        await using HostDevices devices = await lab.ScanAsync();

        Assert.Null(await devices.Ddl.ExcludeArrayAsync("libname=libvxemc.so"));
        Assert.Null(await devices.Ddl.ExcludeArrayAsync("vid=PURE pid=FlashArray"));
        await devices.ScanAsync(CancellationToken.None);
        Assert.All(devices.Nodes, node => Assert.Equal("disk", node.Enclosure.Name));
        Assert.Null(await devices.Ddl.IncludeArrayAsync("libname=libvxemc.so"));
        Assert.NotNull(await devices.Ddl.IncludeArrayAsync("libname=libvxemc.so"));
        await devices.ScanAsync(CancellationToken.None);
        Assert.NotNull(devices.FindNode("emc0_01f4"));
    }

    private static async Task<HostDevices> ScanAsync(
        ArraySupportPlugins plugins, string vendor, string product, string serial)
    {
        LabTopology topology = LabTemplates.Build(LabTemplates.Migration, new LabTemplateOptions(1, 1 << 20))!;
        ArrayTopology array = topology.Arrays[0] with { Kind = "disk", Vendor = vendor, Product = product };
        array = array with { Luns = [array.Luns[0] with { Serial = serial }] };
        TestLab lab = new() { Topology = topology with { Arrays = [array, topology.Arrays[1]] } };
        HostDevices devices = new(lab.Topology, "host1", lab, lab.Files, TestLab.Engine) { Plugins = plugins };
        await devices.ScanAsync(CancellationToken.None);
        return devices;
    }
}
