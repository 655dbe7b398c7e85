using System.Runtime.Versioning;

namespace VolMgr.EndToEnd.Tests.Clients;

/// <summary>
/// A virtual machine whose only disk is a volume: the distribution's kernel, an initial file system of busybox and one
/// script, the processor emulated. It tells its progress over the serial line.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class Guest : IAsyncDisposable
{
    private const string ModulesNeeded = "drivers/virtio/virtio*.ko drivers/block/virtio_blk.ko";
    private static readonly TimeSpan patience = TimeSpan.FromMinutes(3);
    private readonly ClientProcess machine;

    private Guest(ClientProcess machine) => this.machine = machine;

    /// <summary>Boots from the volume's export; the disk must hold an ext4 file system.</summary>
    public static async Task<Guest> BootAsync(LiveLab lab)
    {
        (string kernel, _) = FindKernel();
        string initial = await BuildInitialFileSystemAsync(lab.Root);
        string disk = $"driver=nbd,node-name=disk,server.type=unix,server.path={lab.Socket},"
            + $"export={LiveLab.Group}/{LiveLab.Volume},reconnect-delay=120";
        Guest guest = new(ClientProcess.Start(
            Tools.Find("qemu-system-x86_64"),
            "-accel", "tcg", "-machine", "q35", "-cpu", "max", "-m", "256", "-display", "none", "-no-reboot",
            "-nodefaults", "-serial", "stdio", "-kernel", kernel, "-initrd", initial,
            "-append", "console=ttyS0 quiet panic=-1 mitigations=off no_timer_check",
            "-blockdev", disk, "-device", "virtio-blk-pci,drive=disk,werror=report,rerror=report"));
        try
        {
            await guest.machine.WaitForAsync("GUEST ready", patience);
            return guest;
        }
        catch
        {
            await guest.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends the test unless everything is here that a guest needs.</summary>
    public static void Require()
    {
        Tools.Find("qemu-system-x86_64");
        Tools.Find("mkfs.ext4");
        Tools.Find("busybox");
        FindKernel();
    }

    /// <summary>Has the guest write, sync and read back through its own driver once more.</summary>
    public async Task WriteRoundAsync(int number)
    {
        await machine.SayAsync($"round {number}");
        await machine.WaitForAsync($"GUEST round {number} ok", patience);
        AssertIsWell();
    }

    /// <summary>Checks all that the guest has, unmounts and powers off.</summary>
    public async Task PowerOffAsync()
    {
        await machine.SayAsync("stop");
        await machine.WaitForAsync("GUEST stopped ok", patience);
        await machine.EndAsync(patience);
        AssertIsWell();
    }

    public ValueTask DisposeAsync() => machine.DisposeAsync();

    private void AssertIsWell()
    {
        foreach (string complaint in new[] { "GUEST FAIL", "I/O error", "EXT4-fs error", "Buffer I/O" })
        {
            Assert.DoesNotContain(complaint, machine.Heard, StringComparison.Ordinal);
        }
    }

    /// <summary>The kernel that the test script unpacked, or the one that this machine boots.</summary>
    private static (string Kernel, string Modules) FindKernel()
    {
        foreach (string root in new[] { Path.Combine(Volmgr.RepositoryRoot, "artifacts", "guest"), "/" })
        {
            string boot = Path.Combine(root, "boot");
            string[] kernels = Directory.Exists(boot) ? Directory.GetFiles(boot, "vmlinuz-*") : [];
            foreach (string kernel in kernels.OrderDescending(StringComparer.Ordinal))
            {
                string version = Path.GetFileName(kernel)["vmlinuz-".Length..];
                string modules = Path.Combine(root, "lib", "modules", version, "kernel");
                if (File.Exists(Path.Combine(modules, "drivers", "block", "virtio_blk.ko")))
                {
                    return (kernel, modules);
                }
            }
        }

        throw Tools.Missing("a kernel for the guest", "linux-image-cloud-amd64");
    }

    private static async Task<string> BuildInitialFileSystemAsync(string folder)
    {
        string root = Path.Combine(folder, "guest");
        foreach (string name in new[] { "bin", "dev", "proc", "sys", "mnt", "tmp", "modules" })
        {
            Directory.CreateDirectory(Path.Combine(root, name));
        }

        (_, string modules) = FindKernel();
        foreach (string pattern in ModulesNeeded.Split(' '))
        {
            string directory = Path.Combine(modules, Path.GetDirectoryName(pattern)!);
            foreach (string module in Directory.GetFiles(directory, Path.GetFileName(pattern)))
            {
                File.Copy(module, Path.Combine(root, "modules", Path.GetFileName(module)));
            }
        }

        File.Copy(Tools.Find("busybox"), Path.Combine(root, "bin", "busybox"));
        File.CreateSymbolicLink(Path.Combine(root, "bin", "sh"), "busybox");
        string init = Path.Combine(root, "init");
        File.Copy(Path.Combine(Tools.Scripts, "guest-init.sh"), init);
        File.SetUnixFileMode(init, (UnixFileMode)0b111_101_101);
        string image = Path.Combine(folder, "guest.cpio");
        await ClientProcess.RunAsync(
            "sh", "-c", "cd \"$1\" && find . | \"$2\" cpio -o -H newc >\"$3\"",
            "sh", root, Tools.Find("busybox"), image);
        return image;
    }
}
