using System.Runtime.Versioning;

namespace VolMgr.EndToEnd.Tests.Clients;

/// <summary>A virtual machine whose disk is a volume.</summary>
[SupportedOSPlatform("linux")]
public sealed class GuestTests
{
    private const int DiskMebibytes = 48;

    /// <summary>
    /// The guest never sees an error: not while its disk moves to another array, and not when the owner of the lab is
    /// killed under it, for qemu connects again and sends again what was not answered. Its file system is sound.
    /// </summary>
    [Fact]
    public async Task A_guest_lives_through_a_migration_and_a_crash_of_the_owner()
    {
        Guest.Require();
        await using LiveLab lab = LiveLab.Bare();
        string image = await MakeDiskAsync(lab.Root);
        await lab.SetUpAsync(DiskMebibytes, image);
        await using Guest guest = await Guest.BootAsync(lab);

        int rounds = await LiveMigration.RunUnderAsync(lab, guest.WriteRoundAsync);

        await lab.CrashAsync();
        Task waiting = guest.WriteRoundAsync(rounds);
        await Task.Delay(500, TestContext.Current.CancellationToken);
        Assert.False(waiting.IsCompleted, "the guest's disk answers without a server");
        await lab.ServeAsync();
        await waiting;
        for (int more = 1; more <= 3; more++)
        {
            await guest.WriteRoundAsync(rounds + more);
        }

        await guest.PowerOffAsync();
        string after = Path.Combine(lab.Root, "after.img");
        await ClientProcess.RunAsync(Tools.Find("nbdcopy"), lab.Uri, after);
        await ClientProcess.RunAsync(Tools.Find("e2fsck"), "-f", "-n", after);
        Report.Say($"guest: {rounds + 4} verified rounds, one migration, one crash of the owner, no error");
    }

    /// <summary>An ext4 file system that is full of data, so that there is something to copy.</summary>
    private static async Task<string> MakeDiskAsync(string folder)
    {
        string image = Path.Combine(folder, "disk.img");
        byte[] data = new byte[DiskMebibytes << 20];
        new Random(99).NextBytes(data);
        await File.WriteAllBytesAsync(image, data, TestContext.Current.CancellationToken);
        await ClientProcess.RunAsync(Tools.Find("mkfs.ext4"), "-q", "-F", "-E", "nodiscard", image);
        return image;
    }
}
