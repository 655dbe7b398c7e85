using System.Globalization;

namespace VolMgr.EndToEnd.Tests;

/// <summary>Volumes far larger than their data: what counts is the data.</summary>
public sealed class LargeVolumeTests
{
    /// <summary>
    /// The owner holds a bitmap window, buffers and the runtime: far below what one bit for each block costs.
    /// </summary>
    private const long OwnerMemoryMax = 512L << 20;

    [Theory]
    [InlineData("layout=concat")]
    [InlineData("layout=stripe", "ncol=4")]
    public async Task A_volume_of_15_TiB_migrates_with_its_data_only_in_constant_memory(params string[] layout)
    {
        int dataMebibytes = Volmgr.IsLongTier ? 1024 : 64;
        await using LabFolder folder = new();
        await ExpectAsync(folder, "lab", "create", folder.Lab, "--luns", "4", "--lun-size", "5t");
        List<string> disks = [];
        foreach (string device in (await ExpectAsync(folder, "vxdisk", "list")).Split('\n')
            .Where(line => line.StartsWith("emc0_", StringComparison.Ordinal)).Select(line => line.Split(' ')[0]))
        {
            await ExpectAsync(folder, "vxdisksetup", "-i", device);
            disks.Add($"old{disks.Count}={device}");
        }

        await ExpectAsync(folder, ["vxdg", "init", "datadg", .. disks]);
        await ExpectAsync(folder, ["vxassist", "-g", "datadg", "make", "vol01", "15t", .. layout]);
        string image = Path.Combine(folder.Root, "image");
        byte[] data = new byte[dataMebibytes << 20];
        new Random(15).NextBytes(data);
        await File.WriteAllBytesAsync(image, data, TestContext.Current.CancellationToken);
        await ExpectAsync(folder, "volume", "load", "--group", "datadg", "--volume", "vol01", image);

        string answer = await ExpectAsync(folder, "migrate", "--group", "datadg", "--to", "pure0");

        Assert.Contains($"{dataMebibytes} MiB copied", answer, StringComparison.Ordinal);
        string listing = await ExpectAsync(folder, "vxprint", "-g", "datadg", "-ht");
        Assert.DoesNotContain("emc0", listing, StringComparison.Ordinal);
        Assert.InRange(OwnerPeakMemory(folder), 1, OwnerMemoryMax);
    }

    private static long OwnerPeakMemory(LabFolder folder)
    {
        string line = File.ReadLines($"/proc/{folder.OwnerProcessId}/status")
            .First(item => item.StartsWith("VmHWM:", StringComparison.Ordinal));
        string kibibytes = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2];
        return long.Parse(kibibytes, CultureInfo.InvariantCulture) << 10;
    }

    private static async Task<string> ExpectAsync(LabFolder folder, params string[] arguments)
    {
        Ended ended = await Volmgr.RunAsync(folder.Lab, arguments);
        Assert.True(ended.ExitCode == 0, $"{string.Join(' ', arguments)}: {ended}");
        return ended.Output;
    }
}
