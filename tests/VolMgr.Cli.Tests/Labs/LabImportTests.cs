using VolMgr.Arrays;
using VolMgr.Cli.Labs;
using VolMgr.Cli.Labs.Import;

namespace VolMgr.Cli.Tests.Labs;

/// <summary>Labs made of captures of production.</summary>
public sealed class LabImportTests
{
    private const string Description =
        "dg datadg\n\tdgid=1741211310.10.node1\n\trid=0.1025\n\tversion=160\n\tconfig_tid=0.1060\n"
        + "dm datadg01\n\tlast_da_name=emc0_01f4\n\tdiskid=1741211301.8.node1\n\tpub_len=20905632\n\tpriv_len=65536\n"
        + "\trid=0.1026\n"
        + "vol datavol\n\tuse_type=fsgen\n\tlen=10485760\n\tkstate=ENABLED\n\tstate=\"ACTIVE\n\tplex=datavol-01\n"
        + "\tfmr=on\n\trid=0.1030\n"
        + "plex datavol-01\n\tlayout=CONCAT\n\tkstate=ENABLED\n\tstate=\"ACTIVE\n\tsd=datadg01-01:0\n\trid=0.1031\n"
        + "sd datadg01-01\n\tdm_name=datadg01\n\tdm_offset=16\n\tlen=10485760\n\trid=0.1032\n"
        + "dco datavol_dco\n\tparent_vol=datavol\n\trid=0.1040\n";

    [Fact]
    public async Task A_description_becomes_a_lab_and_comes_back_as_it_was()
    {
        using var folder = new TemporaryFolder();
        string file = Path.Combine(folder.Path, "datadg.cfgrec");
        await File.WriteAllTextAsync(file, Description, TestContext.Current.CancellationToken);
        string lab = Path.Combine(folder.Path, "lab");

        (LabDirectory made, _, IReadOnlyList<string> notes) = await LabImport.ImportAsync(
            lab, [file], new ImportOptions("node1", 512, "pure0"), TestContext.Current.CancellationToken);

        Assert.Contains(notes, note => note.Contains("datavol_dco", StringComparison.Ordinal));
        Assert.Equal(["emc0", "pure0"], made.Topology.Arrays.Select(array => array.Name));
        Assert.True(made.Topology.Luns.First().Size > 20905632L * 512);
        (string group, string text) = Assert.Single(
            await LabExport.ReadAsync(made.Paths, TestContext.Current.CancellationToken));
        Assert.Equal("datadg", group);
        Assert.Equal(Description, text);
        LabCheckReport report = await LabCheck.RunAsync(made.Paths, TestContext.Current.CancellationToken);
        Assert.Empty(report.Problems);
        Assert.Contains(report.Lines, line => line.Contains("locked to host node1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Files_without_a_configuration_make_no_lab()
    {
        using var folder = new TemporaryFolder();
        string file = Path.Combine(folder.Path, "notes.txt");
        await File.WriteAllTextAsync(file, "call the storage team\n", TestContext.Current.CancellationToken);
        string lab = Path.Combine(folder.Path, "lab");

        UserErrorException refused = await Assert.ThrowsAsync<UserErrorException>(() => LabImport.ImportAsync(
            lab, [file], new ImportOptions("host1", 512, null), TestContext.Current.CancellationToken));

        Assert.Contains("no disk group", refused.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(lab));
    }

    [Fact]
    public async Task Captures_of_paths_say_which_arrays_and_controllers_there_are()
    {
        using var folder = new TemporaryFolder();
        string tree = Directory.CreateDirectory(Path.Combine(folder.Path, "explorer", "vxvm")).FullName;
        await File.WriteAllTextAsync(
            Path.Combine(tree, "datadg.cfgrec"),
            Description.Replace("emc0_01f4", "disk_7", StringComparison.Ordinal),
            TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            Path.Combine(tree, "vxdmpadm.out"),
            """
            # vxdmpadm listenclosure all
            ENCLR_NAME        ENCLR_TYPE     ENCLR_SNO      STATUS       ARRAY_TYPE     LUN_COUNT    FIRMWARE
            ===================================================================================================
            san_vc0           SAN_VC         0200a0c06022         CONNECTED    IBMSVC-ALUA   1         7.8
            # vxdmpadm getsubpaths
            NAME         STATE[A]   PATH-TYPE[M] DMPNODENAME  ENCLR-NAME   CTLR   ATTRS
            ================================================================================
            sdc          ENABLED(A)   Active/Optimized(P) disk_7    san_vc0      c5        -
            sdd          ENABLED      Active/Non-Optimized disk_7   san_vc0      c6        -

            """,
            TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            Path.Combine(tree, "uname.out"), "Linux node1\n", TestContext.Current.CancellationToken);
        string archive = Path.Combine(folder.Path, "explorer.tar.gz");
        await using (FileStream file = File.Create(archive))
        await using (var packed = new System.IO.Compression.GZipStream(
            file, System.IO.Compression.CompressionMode.Compress))
        {
            await System.Formats.Tar.TarFile.CreateFromDirectoryAsync(
                Path.Combine(folder.Path, "explorer"), packed, true, TestContext.Current.CancellationToken);
        }

        (LabDirectory made, _, IReadOnlyList<string> notes) = await LabImport.ImportAsync(
            Path.Combine(folder.Path, "lab"), [archive], new ImportOptions("node1", 512, null),
            TestContext.Current.CancellationToken);

        ArrayTopology array = Assert.Single(made.Topology.Arrays);
        Assert.Equal(("san_vc0", "ibm-svc", "0200a0c06022"), (array.Name, array.Kind, array.Serial));
        Assert.Equal(["c5", "c6"], Assert.Single(made.Topology.Hosts).Hbas.Select(hba => hba.Controller));
        Assert.Contains(notes, note => note.StartsWith("1 files hold no output", StringComparison.Ordinal));
        Assert.DoesNotContain(notes, note => note.Contains("not understood", StringComparison.Ordinal));
        (_, string text) = Assert.Single(await LabExport.ReadAsync(made.Paths, TestContext.Current.CancellationToken));
        Assert.Equal(Description.Replace("emc0_01f4", "disk_7", StringComparison.Ordinal), text);
    }
}
