using VolMgr.Blocks;
using VolMgr.Cli.Engine;
using VolMgr.Cli.Labs;
using VolMgr.Cli.Labs.Import;
using VolMgr.Commands;
using VolMgr.Volumes.Hosts;

namespace VolMgr.Cli.Tests.Labs;

/// <summary>vxdisk list and vxdg list of an imported host.</summary>
public sealed class ImportedListingTests
{
    private const string DiskTable =
        "DEVICE       TYPE            DISK         GROUP        STATUS\n"
        + "c1t0d0s2     auto:sliced     rootdisk     rootdg       online\n"
        + "c1t1d0s2     auto:none       -            -            online invalid\n"
        + "c1t2d0s2     auto:LVM        -            -            LVM\n"
        + "emc_clariion0_58 auto:sliced     emc_clariion0_58 db_vg        online thinrclm\n"
        + "-            -               db09         db_vg        failed was:emc_clariion0_77\n";

    private const string GroupTable =
        "NAME         STATE           ID\n"
        + "rootdg       enabled              1101746103.8.sparrow\n"
        + "db_vg        enabled,shared,cds   1101746999.11.sparrow\n";

    private const string LongGroup =
        "Group:     db_vg\n"
        + "dgid:      1101746999.11.sparrow\n"
        + "import-id: 1024.41\n"
        + "flags:     shared cds\n"
        + "version:   140\n"
        + "local-activation: shared-write\n"
        + "cluster-actv-modes: sparrow=sw finch=sw\n"
        + "config:    seqno=0.1158 permlen=1280 free=1270 templen=4 loglen=192\n"
        + "config disk emc_clariion0_58 copy 1 len=1280 state=clean online\n"
        + "log disk emc_clariion0_58 copy 1 len=192\n";

    [Fact]
    public async Task They_print_what_was_captured()
    {
        await using ImportedLab lab = await ImportedLab.MakeAsync(Session);

        Assert.Equal(DiskTable, await lab.RunAsync("vxdisk", "list"));
        Assert.Equal(GroupTable, await lab.RunAsync("vxdg", "list"));
        Assert.Equal(LongGroup, await lab.RunAsync("vxdg", "list", "db_vg"));
        Assert.Equal(
            string.Concat(DiskTable.Split('\n')[1..].SkipLast(1).Select(line => line + "\n")),
            await lab.RunAsync("vxdisk", "-q", "list"));
    }

    [Fact]
    public async Task What_has_changed_since_is_shown_as_it_is_now()
    {
        await using ImportedLab lab = await ImportedLab.MakeAsync(Session);
        await lab.RunAsync("vxdisk", "list");

        await lab.RunAsync("vxdisksetup", "-i", "c1t1d0s2");
        await lab.RunAsync("vxdg", "-g", "db_vg", "adddisk", "db02=c1t1d0s2");
        string table = await lab.RunAsync("vxdisk", "list");

        Assert.Contains("c1t1d0s2     auto:cdsdisk    db02         db_vg        online\n", table);
        Assert.Contains("emc_clariion0_58 auto:sliced     emc_clariion0_58 db_vg        online thinrclm\n", table);
        Assert.DoesNotContain("online invalid", table, StringComparison.Ordinal);
        string group = await lab.RunAsync("vxdg", "list", "db_vg");
        Assert.Contains("import-id: 1024.41\n", group, StringComparison.Ordinal);
        Assert.Contains("config disk c1t1d0s2 copy 1 ", group, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_volume_that_was_stopped_stays_so_until_it_is_started()
    {
        string[] rows =
        [
            "dg datadg       default      default  55000    1741211310.10.node1", "",
            "dm datadg01     emc0_01f4    auto     65536    20905632 -", "",
            "v  datavol      -            DISABLED CLEAN    10485760 SELECT    -        fsgen",
            "pl datavol-01   datavol      DISABLED CLEAN    10485760 CONCAT    -        RW",
            "sd datadg01-01  datavol-01   datadg01 0        10485760 0         emc0_01f4 ENA",
        ];
        string listing = string.Concat(rows.Select(row => row + "\n"));
        await using ImportedLab lab = await ImportedLab.MakeAsync("# vxprint -qQht\n" + listing);

        Assert.Equal(listing, await lab.RunAsync("vxprint", "-qQht"));
        await lab.RunAsync("vxvol", "-g", "datadg", "start", "datavol");
        Assert.Contains(
            "v  datavol      -            ENABLED  ACTIVE   10485760", await lab.RunAsync("vxprint", "-qQht"));
    }

    [Theory]
    [InlineData("NEEDSYNC", "ENABLED  ACTIVE  ")]
    [InlineData("ACTIVE  ", "DETACHED STALE   ")]
    public async Task What_was_not_recovered_stays_so_until_somebody_asks_for_it(string volume, string plex)
    {
        string[] rows =
        [
            "dg datadg       default      default  55000    1741211310.10.node1", "",
            "dm datadg01     emc0_01f4    auto     65536    20905632 -",
            "dm datadg02     pure0_0012   auto     65536    20905632 -", "",
            $"v  datavol      -            ENABLED  {volume} 10485760 SELECT    -        fsgen",
            $"pl datavol-01   datavol      {plex} 10485760 CONCAT    -        RW",
            "sd datadg01-01  datavol-01   datadg01 0        10485760 0         emc0_01f4 ENA",
            "pl datavol-02   datavol      ENABLED  ACTIVE   10485760 CONCAT    -        RW",
            "sd datadg02-01  datavol-02   datadg02 0        10485760 0         pure0_0012 ENA",
        ];
        string listing = string.Concat(rows.Select(row => row + "\n"));
        await using ImportedLab lab = await ImportedLab.MakeAsync("# vxprint -qQht\n" + listing);

        Assert.Equal(listing, await lab.RunAsync("vxprint", "-qQht"));
        await lab.RunAsync("vxrecover", "-g", "datadg");
        string recovered = await lab.RunAsync("vxprint", "-qQht");
        Assert.Contains("v  datavol      -            ENABLED  ACTIVE   10485760", recovered);
        Assert.Contains("pl datavol-01   datavol      ENABLED  ACTIVE   10485760 CONCAT    -        RW", recovered);
    }

    private static string Session =>
        $"# vxdisk list\n{DiskTable}\n# vxdg list\n{GroupTable}\n# vxdg list db_vg\n{LongGroup}";

    private sealed class ImportedLab : IAsyncDisposable
    {
        private readonly TemporaryFolder folder = new();
        private LabHosts? hosts;
        private VolumeHost? host;

        public static async Task<ImportedLab> MakeAsync(string session)
        {
            var made = new ImportedLab();
            string file = Path.Combine(made.folder.Path, "session.txt");
            await File.WriteAllTextAsync(file, session);
            (LabDirectory lab, _, _) = await LabImport.ImportAsync(
                Path.Combine(made.folder.Path, "lab"), [file], new ImportOptions("sparrow", 512, null),
                CancellationToken.None);
            EngineServices engine = EngineComposition.CreateEngine();
            made.hosts = new LabHosts(lab.Paths, LabTopologyFile.Read(lab.Paths), engine);
            made.host = await made.hosts.BootAsync("");
            return made;
        }

        public async Task<string> RunAsync(string command, params string[] words)
        {
            using var output = new StringWriter { NewLine = "\n" };
            using var error = new StringWriter { NewLine = "\n" };
            var request = new CommandRequest(
                command, words, folder.Path, new Dictionary<string, string>(StringComparer.Ordinal));
            await CommandSet.RunAsync(request, new CommandContext
            {
                Host = host!, // made
                In = TextReader.Null,
                Out = output,
                Error = error,
                Interrupted = CancellationToken.None,
                Time = host!.Engine.Time, // made
                Files = new UserFiles(),
                Log = new HostCommandLog(folder.Path),
            });
            Assert.Equal("", error.ToString());
            return output.ToString();
        }

        public async ValueTask DisposeAsync()
        {
            await hosts!.DisposeAsync(); // made
            folder.Dispose();
        }
    }
}
