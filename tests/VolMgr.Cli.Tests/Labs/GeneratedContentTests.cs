using System.Reflection;
using VolMgr.Blocks;
using VolMgr.Cli.Engine;
using VolMgr.Cli.Labs;
using VolMgr.Cli.Labs.Import;
using VolMgr.Cli.Rehearse;
using VolMgr.Volumes.Hosts;
using VolMgr.Volumes.InputOutput;

namespace VolMgr.Cli.Tests.Labs;

/// <summary>Volumes of an imported lab hold content that follows from a seed and costs no space.</summary>
public sealed class GeneratedContentTests
{
    private const int Length = 256 << 10;
    private const ulong Tag = 77;

    private static readonly ContentExtent[] extents =
    [
        new("a", 512, 60 << 10, 4096, 0, 1, 0, Tag),
        new("a", 100 << 10, (64 << 10) - 1024, 8192, 16384, 2, 1, Tag + 1),
    ];

    [Fact]
    public async Task Whatever_is_written_zeroed_and_read_is_what_a_plain_device_would_hold()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "a.img");
        SparseFileDevice.Create(path, Length);
        await using var lun = new GeneratedLun(SparseFileDevice.Open(path, EngineComposition.CreateEngine()), extents);
        byte[] model = Expected();
        Assert.Equal(model, await ReadAsync(lun, 0, Length));
        Random random = new(5);
        for (int round = 0; round < 400; round++)
        {
            int offset = random.Next(Length / 512) * 512;
            int length = Math.Min(Length - offset, random.Next(1, random.Next(2, 60)) * 512);
            switch (random.Next(4))
            {
                case 0:
                    byte[] data = new byte[length];
                    random.NextBytes(data);
                    Assert.Equal(
                        IoStatus.Success,
                        await lun.WriteAsync(offset, data, WriteFlags.None, CancellationToken.None));
                    data.CopyTo(model, offset);
                    break;
                case 1:
                    Assert.Equal(
                        IoStatus.Success,
                        await lun.ZeroAsync(offset, length, WriteFlags.None, CancellationToken.None));
                    model.AsSpan(offset, length).Clear();
                    break;
                default:
                    Assert.Equal(model[offset..(offset + length)], await ReadAsync(lun, offset, length));
                    break;
            }
        }

        Assert.Equal(model, await ReadAsync(lun, 0, Length));
    }

    [Fact]
    public async Task Writes_side_by_side_within_one_page_lose_nothing()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "a.img");
        SparseFileDevice.Create(path, Length);
        await using var lun = new GeneratedLun(SparseFileDevice.Open(path, EngineComposition.CreateEngine()), extents);
        byte[] model = Expected();
        IEnumerable<Task> writes = Enumerable.Range(0, 120).Where(sector => sector % 5 != 2).Select(sector =>
        {
            byte[] data = new byte[512];
            Array.Fill(data, (byte)sector);
            data.CopyTo(model, sector * 512);
            return Task.Run(async () => Assert.Equal(
                IoStatus.Success, await lun.WriteAsync(sector * 512, data, WriteFlags.None, CancellationToken.None)));
        }).ToList();

        await Task.WhenAll(writes);

        Assert.Equal(model, await ReadAsync(lun, 0, Length));
    }

    [Theory]
    [InlineData("ht-mirror", "datavol")]
    [InlineData("ht-stripe", "strvol")]
    [InlineData("ht-layered", "layvol")]
    public async Task Each_sector_of_a_volume_tells_seed_volume_and_number(string capture, string volume)
    {
        using var folder = new TemporaryFolder();
        (LabDirectory lab, _, _) = await LabImport.ImportAsync(
            Path.Combine(folder.Path, "lab"), [Capture(capture)],
            new ImportOptions("node1", 512, null, Seed: 42), TestContext.Current.CancellationToken);
        EngineServices engine = EngineComposition.CreateEngine();
        await using var hosts = new LabHosts(lab.Paths, LabTopologyFile.Read(lab.Paths), engine);
        VolumeHost host = await hosts.BootAsync("");
        VolumeDevice device = host.FindGroup("datadg")!.OpenVolume(volume)!;
        ulong tag = GeneratedContent.TagOf(42, "datadg", volume);

        long[] places = [0, 65536 - 4096, (1 << 20) - 4096, (device.Length / 2) - 8192, device.Length - 8192];
        foreach (long at in places)
        {
            byte[] content = await ReadAsync(device, at, 8192);
            Assert.Equal(16, SectorStamp.CountOf(content, tag, at / 512, GeneratedContent.Sequence));
        }

        Assert.All(
            Directory.GetFiles(Path.Combine(lab.Paths.Root, "arrays"), "*.img", SearchOption.AllDirectories),
            file => Assert.InRange(PhysicalSize(file), 0, 8 << 20));
        Assert.Equal(42, GeneratedContent.Of(lab.Paths)!.Seed);
    }

    [Fact]
    public async Task Without_a_seed_volumes_are_empty()
    {
        using var folder = new TemporaryFolder();
        (LabDirectory lab, _, _) = await LabImport.ImportAsync(
            Path.Combine(folder.Path, "lab"), [Capture("ht-mirror")],
            new ImportOptions("node1", 512, null), TestContext.Current.CancellationToken);

        Assert.Null(GeneratedContent.Of(lab.Paths));
    }

    private static byte[] Expected()
    {
        byte[] model = new byte[Length];
        foreach (ContentExtent extent in extents)
        {
            for (long at = extent.Start; at < extent.End; at += 512)
            {
                SectorStamp.Fill(model.AsSpan((int)at, 512), extent.Tag, extent.VolumeOffset(at) / 512, 0);
            }
        }

        return model;
    }

    private static async Task<byte[]> ReadAsync(IBlockDevice device, long offset, int length)
    {
        byte[] content = new byte[length];
        Assert.Equal(IoStatus.Success, await device.ReadAsync(offset, content, CancellationToken.None));
        return content;
    }

    private static long PhysicalSize(string path)
    {
        var start = new System.Diagnostics.ProcessStartInfo("stat", ["-c", "%b", path])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using System.Diagnostics.Process process = System.Diagnostics.Process.Start(start)!;
        return long.Parse(process.StandardOutput.ReadToEnd()) * 512;
    }

    private static string Capture(string name) => Path.Combine(
        typeof(GeneratedContentTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .First(item => item.Key == "ProjectDirectory").Value ?? ".",
        "..", "VolMgr.Commands.Tests", "Captured", name + ".txt");
}
