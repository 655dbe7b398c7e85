using System.Runtime.Versioning;
using System.Text.Json;

namespace VolMgr.EndToEnd.Tests.Clients;

/// <summary>The tools of qemu on a volume that moves to another array meanwhile.</summary>
[SupportedOSPlatform("linux")]
public sealed class QemuToolTests
{
    private const int VolumeMebibytes = 48;
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Qemu_img_converts_into_a_volume_compares_and_converts_back_through_a_migration()
    {
        string qemu = Tools.Find("qemu-img");
        await using LiveLab lab = await LiveLab.StartAsync(VolumeMebibytes);
        string raw = await lab.MakeRandomImageAsync(VolumeMebibytes);
        string sparse = Path.Combine(lab.Root, "image.qcow2");
        await ClientProcess.RunAsync(qemu, "convert", "-f", "raw", "-O", "qcow2", raw, sparse);
        int rounds = await LiveMigration.RunUnderAsync(lab, async round =>
        {
            using JsonDocument info = JsonDocument.Parse(
                await ClientProcess.RunAsync(qemu, "info", "--output=json", "-f", "raw", lab.Uri));
            Assert.Equal((long)VolumeMebibytes << 20, info.RootElement.GetProperty("virtual-size").GetInt64());
            await ClientProcess.RunAsync(
                qemu, "convert", "-n", "-W", "-m", "8", "-f", "qcow2", "-O", "raw", sparse, lab.Uri);
            string same = await ClientProcess.RunAsync(
                qemu, "compare", "-f", "qcow2", "-F", "raw", sparse, lab.Uri);
            Assert.Contains("Images are identical", same, StringComparison.Ordinal);
            string back = Path.Combine(lab.Root, "back.qcow2");
            await ClientProcess.RunAsync(qemu, "convert", "-f", "raw", "-O", "qcow2", lab.Uri, back);
            await ClientProcess.RunAsync(qemu, "compare", "-f", "qcow2", "-F", "qcow2", sparse, back);
        });
        Report.Say($"qemu-img: {rounds} rounds of convert, compare and convert back during a migration");
    }

    [Fact]
    public async Task Qemu_io_reads_the_patterns_that_it_wrote_through_a_migration()
    {
        string qemu = Tools.Find("qemu-io");
        await using LiveLab lab = await LiveLab.StartAsync(VolumeMebibytes);
        int rounds = await LiveMigration.RunUnderAsync(lab, async round =>
        {
            int pattern = 1 + (round % 250);
            string said = await ClientProcess.RunAsync(
                qemu, "-f", "raw", "-t", "none",
                "-c", $"aio_write -P {pattern} 1M 3M", "-c", $"aio_write -P {pattern + 1} 8M 512k", "-c", "aio_flush",
                "-c", $"write -f -P {pattern} 12345 54321", "-c", "write -z 20M 1M", "-c", "write -z -u 22M 1M",
                "-c", "flush", "-c", $"read -P {pattern} 1M 3M", "-c", $"read -P {pattern + 1} 8M 512k",
                "-c", $"read -P {pattern} 12345 54321", "-c", "read -P 0 20M 1M", "-c", "read -P 0 22M 1M",
                "-c", "discard 30M 2M", "-c", $"write -P {pattern} 30M 2M", "-c", $"read -P {pattern} 30M 2M",
                lab.Uri);
            Assert.DoesNotContain("failed", said, StringComparison.OrdinalIgnoreCase);
        });
        Report.Say($"qemu-io: {rounds} rounds of patterns during a migration");
    }

    /// <summary>
    /// A client that connects again sees a delay and no error when the owner is killed in the middle of a migration:
    /// what it had written is there, and it goes on.
    /// </summary>
    [Fact]
    public async Task A_client_that_connects_again_sees_a_delay_when_the_owner_is_killed_under_a_migration()
    {
        string qemu = Tools.Find("qemu-io");
        await using LiveLab lab = await LiveLab.StartAsync(VolumeMebibytes);
        await using ClientProcess client = ClientProcess.Start(
            qemu, "-t", "none", "--image-opts",
            $"driver=nbd,server.type=unix,server.path={lab.Socket},export={LiveLab.Group}/{LiveLab.Volume},"
            + "reconnect-delay=120");
        await client.SayAsync("write -f -P 7 0 8M"); // one line at a time: it forgets what it has read ahead
        await client.WaitForAsync("wrote 8388608/8388608", patience);
        await LiveMigration.BeginAsync(lab, isCrashExpected: true);
        await client.SayAsync("write -f -P 8 4M 8M");
        await client.WaitForAsync("wrote 8388608/8388608", patience, times: 2);

        await lab.CrashAsync();
        await client.SayAsync("write -f -P 9 8M 8M");
        await Task.Delay(300, TestContext.Current.CancellationToken);
        Assert.Equal(2, client.Heard.Split("wrote ").Length - 1);
        await lab.ServeAsync();
        await client.WaitForAsync("wrote 8388608/8388608", patience, times: 3);
        await client.SayAsync("read -P 7 0 4M");
        await client.WaitForAsync("read 4194304/4194304", patience);
        await client.SayAsync("read -P 8 4M 4M");
        await client.WaitForAsync("read 4194304/4194304", patience, times: 2);
        await client.SayAsync("read -P 9 8M 8M");
        await client.WaitForAsync("read 8388608/8388608", patience);
        await client.SayAsync("quit");
        await client.EndAsync(patience);

        Assert.DoesNotContain("failed", client.Heard, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("error", client.Heard, StringComparison.OrdinalIgnoreCase);
        await lab.ExpectAsync("migrate", "resume");
        await lab.ExpectAsync("verify");
    }
}
