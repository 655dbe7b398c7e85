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
}
