using System.Reflection;
using System.Runtime.Versioning;

namespace VolMgr.EndToEnd.Tests.Clients;

/// <summary>
/// Finds the programs and devices that a test needs beside the product. What is missing skips the test by the name of
/// the package that brings it; where everything must be there (continuous integration) it fails the test.
/// </summary>
[SupportedOSPlatform("linux")]
internal static class Tools
{
    /// <summary>CAP_SYS_ADMIN.</summary>
    private const int MountCapability = 21;
    private static readonly Dictionary<string, string> packages = new(StringComparer.Ordinal)
    {
        ["nbdkit"] = "nbdkit",
        ["nbdinfo"] = "libnbd-bin",
        ["nbdcopy"] = "libnbd-bin",
        ["nbdfuse"] = "nbdfuse",
        ["nbdsh"] = "python3-libnbd",
        ["qemu-img"] = "qemu-utils",
        ["qemu-io"] = "qemu-utils",
        ["qemu-system-x86_64"] = "qemu-system-x86",
        ["fio"] = "fio",
        ["mkfs.ext4"] = "e2fsprogs",
        ["e2fsck"] = "e2fsprogs",
        ["mkfs.xfs"] = "xfsprogs",
        ["xfs_repair"] = "xfsprogs",
        ["sqlite3"] = "sqlite3",
        ["initdb"] = "postgresql",
        ["pg_ctl"] = "postgresql",
        ["pgbench"] = "postgresql",
        ["psql"] = "postgresql",
        ["pg_amcheck"] = "postgresql",
        ["pg_checksums"] = "postgresql",
        ["busybox"] = "busybox-static",
        ["losetup"] = "mount",
        ["mount"] = "mount",
        ["umount"] = "mount",
        ["setpriv"] = "util-linux",
        ["env"] = "coreutils",
    };

    /// <summary>The scripts that run as clients.</summary>
    public static string Scripts { get; } = Path.Combine(
        typeof(Tools).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(item => item.Key == "ProjectDirectory").Value!,
        "Clients",
        "Scripts");

    private static bool IsEverythingRequired => Environment.GetEnvironmentVariable("CI") is "true" or "1";

    /// <summary>The path of a program that the test needs.</summary>
    public static string Find(string program)
    {
        IEnumerable<string> folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
            .Concat(["/usr/bin", "/usr/sbin", "/sbin", "/bin"]);
        if (Directory.Exists("/usr/lib/postgresql"))
        {
            folders = folders.Concat(Directory.GetDirectories("/usr/lib/postgresql")
                .OrderDescending(StringComparer.Ordinal).Select(version => Path.Combine(version, "bin")));
        }

        string? path = folders.Where(folder => folder.Length > 0)
            .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
        return path ?? throw Missing(program, packages[program]);
    }

    /// <summary>The distribution's own interpreter: the one that libnbd's module was installed for.</summary>
    public static string FindPythonWithNbd()
    {
        const string python = "/usr/bin/python3";
        return File.Exists(python) && Directory.Exists("/usr/lib/python3/dist-packages")
            && Directory.GetFiles("/usr/lib/python3/dist-packages", "libnbdmod*.so").Length > 0
                ? python
                : throw Missing("python3 with module nbd", "python3-libnbd");
    }

    /// <summary>Ends the test unless file systems can be mounted here: some containers may not, root or not.</summary>
    public static async Task RequireMountsAsync()
    {
        if (!MayMount())
        {
            throw Missing("the right to mount", "run as root");
        }

        Ended loop = await Volmgr.RunProgramAsync(Find("losetup"), null, "-f");
        if (loop.ExitCode != 0 || !File.Exists("/dev/fuse"))
        {
            throw Missing("/dev/fuse and a free loop device", "a kernel and a container with both");
        }
    }

    /// <summary>Ends the test unless a process may have so many files open.</summary>
    public static void RequireOpenFiles(long count)
    {
        string line = File.ReadLines("/proc/self/limits")
            .First(item => item.StartsWith("Max open files", StringComparison.Ordinal));
        string hard = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[4];
        if (long.TryParse(hard, out long limit) && limit < count)
        {
            throw Missing($"{count} open files in a process", $"ulimit -Hn is {hard}");
        }
    }

    private static bool MayMount()
    {
        string capabilities = File.ReadLines("/proc/self/status")
            .First(line => line.StartsWith("CapEff:", StringComparison.Ordinal))["CapEff:".Length..].Trim();
        return ((Convert.ToUInt64(capabilities, 16) >> MountCapability) & 1) != 0;
    }

    /// <summary>Ends the test: as skipped, or as failed where nothing may be missing.</summary>
    public static Exception Missing(string what, string remedy)
    {
        string message = $"not here: {what} ({remedy})";
        if (!IsEverythingRequired)
        {
            Assert.Skip(message);
        }

        Assert.Fail(message);
        return new InvalidOperationException(message);
    }
}
