using System.Diagnostics;
using System.Net.Sockets;
using VolMgr.Blocks;
using VolMgr.Cli.Protocol;

namespace VolMgr.Cli.Tests.Labs;

/// <summary>
/// A lab whose new array is real: its LUNs are qcow2 images served by qemu-nbd over Unix sockets in the lab.
/// </summary>
public sealed class ArrayServerTests
{
    private const int VolumeBytes = 32 << 20;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>
    /// Goal: an NBD server is an array like any other. Method: the whole job by the product's own commands, then a
    /// crash of the host, then every byte is compared.
    /// </summary>
    [Fact]
    public async Task A_volume_is_migrated_onto_qcow2_images_and_survives_a_host_crash()
    {
        using ArrayLab lab = await ArrayLab.CreateAsync();
        byte[] data = await lab.LoadAsync();
        lab.Run("migrate", "--group", "datadg", "--to", "pure0");
        lab.Run("verify", "--group", "datadg");
        Assert.DoesNotContain("emc0", lab.Run("vxprint", "-g", "datadg", "-ht"), StringComparison.Ordinal);
        lab.CrashHost();
        Assert.True((await lab.ReadAsync()).AsSpan().SequenceEqual(data));
        lab.Run("lab", "check");
    }

    /// <summary>
    /// Goal: the loss of the target in the middle of a copy costs the copy and nothing else. Method: a slow copy, the
    /// server killed under it, I/O on the volume, the server back, the copy once more.
    /// </summary>
    [Fact]
    public async Task A_server_killed_in_the_middle_of_a_copy_fails_the_copy_and_nothing_else()
    {
        using ArrayLab lab = await ArrayLab.CreateAsync();
        byte[] data = await lab.LoadAsync();
        lab.Run("vxdg", "-g", "datadg", "adddisk", "new1=pure0_0012");
        lab.Run("vxassist", "-g", "datadg", "-b", "-t", "copy", "-o", "slow=250,iosize=128k", "mirror", "vol01",
            "new1");
        Assert.Contains("ATCOPY", lab.Run("vxtask", "list", "copy"), StringComparison.Ordinal);
        lab.Servers[0].Kill();
        Assert.True(TestProgram.WaitUntil(() => lab.Program.Run("vxtask", "list", "copy").ExitCode != 0));
        Assert.True((await lab.ReadAsync()).AsSpan().SequenceEqual(data));
        Assert.DoesNotContain("new1-", lab.Run("vxprint", "-g", "datadg", "-ht", "vol01"), StringComparison.Ordinal);
        await lab.WriteAsync(data, 4096, 77);

        await lab.Servers[0].StartAsync();
        lab.Run("vxdisk", "scandisks");
        lab.Run("vxassist", "-g", "datadg", "mirror", "vol01", "new1");
        lab.Run("verify", "--group", "datadg");
        Assert.True((await lab.ReadAsync()).AsSpan().SequenceEqual(data));
    }

    /// <summary>A volume with its only plex at the server: unflushed writes come back with the server.</summary>
    [Fact]
    public async Task A_server_that_restarts_is_a_delay()
    {
        using ArrayLab lab = await ArrayLab.CreateAsync(reconnect: "60");
        byte[] data = await lab.LoadAsync();
        lab.Run("migrate", "--group", "datadg", "--to", "pure0");
        foreach (int round in Enumerable.Range(0, 3))
        {
            await lab.WriteAsync(data, 8192 * round, (byte)(100 + round));
            lab.Servers.ForEach(server => server.Kill());
            Task writing = lab.WriteAsync(data, VolumeBytes - 4096, (byte)(50 + round));
            foreach (ArrayServer server in lab.Servers)
            {
                await server.StartAsync();
            }

            await writing;
        }

        Assert.True((await lab.ReadAsync()).AsSpan().SequenceEqual(data));
        lab.CrashHost();
        Assert.True((await lab.ReadAsync()).AsSpan().SequenceEqual(data));
    }

    [Fact]
    public async Task The_verbs_on_labs_leave_to_the_servers_what_is_theirs()
    {
        using ArrayLab lab = await ArrayLab.CreateAsync();
        Assert.Contains("?socket=p0.sock", lab.Run("lab", "show"), StringComparison.Ordinal);
        ProgramResult clone = lab.Program.Run("lab", "clone", lab.Program.Lab.Root, lab.Program.Folder + "/copy");
        Assert.Equal(ExitCodes.Refused, clone.ExitCode);
        Assert.Contains("pure0/0012", clone.Error, StringComparison.Ordinal);

        string before = await File.ReadAllTextAsync(lab.Program.Lab.TopologyFile, Token);
        lab.Run("lun", "unpresent", "pure0/0012");
        lab.Run("lun", "present", "pure0/0012");
        Assert.Equal(before, await File.ReadAllTextAsync(lab.Program.Lab.TopologyFile, Token));

        lab.CrashHost();
        lab.Servers[1].Kill();
        ProgramResult check = lab.Program.Run("lab", "check");
        Assert.Equal(ExitCodes.CheckFailed, check.ExitCode);
        Assert.Contains("pure0/0013       not reachable", check.Output, StringComparison.Ordinal);
        Assert.Contains("nothing listens at p1.sock", check.Error, StringComparison.Ordinal);
        ProgramResult reset = lab.Program.Run("lab", "reset");
        Assert.Equal(ExitCodes.Refused, reset.ExitCode);
        Assert.Contains("free VM disk", lab.Program.Run("lab", "check").Output, StringComparison.Ordinal);
        Assert.Contains("pure0_0013   auto            -            -            error",
            lab.Run("vxdisk", "list"), StringComparison.Ordinal);

        await lab.Servers[1].StartAsync();
        lab.Run("vxdisk", "scandisks");
        Assert.DoesNotContain("error", lab.Run("vxdisk", "list"), StringComparison.Ordinal);
        lab.Run("lab", "reset", "--force");
        Assert.DoesNotContain("VM disk", lab.Run("lab", "check"), StringComparison.Ordinal);
        lab.Run("lab", "destroy", lab.Program.Lab.Root);
        Assert.True(File.Exists(lab.Program.Folder + "/p0.qcow2"));
    }

    [Theory]
    [InlineData("http://h/x", "scheme")]
    [InlineData("nbd+unix:///x", "socket is missing")]
    public void An_address_that_cannot_be_used_is_refused_when_the_lab_is_made(string backing, string words)
    {
        using var program = new TestProgram();
        string file = program.Folder + "/lab.yaml";
        File.WriteAllText(file, ArrayLab.Topology(backing, "arrays/pure0/0013.img"));
        ProgramResult created = program.Run("lab", "create", program.Lab.Root, "--topology", file);
        Assert.Equal(ExitCodes.Refused, created.ExitCode);
        Assert.Contains(words, created.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(program.Lab.Root));
    }

    /// <summary>A lab with two servers as LUNs of pure0, and volume vol01 of group datadg on emc0.</summary>
    private sealed class ArrayLab : IDisposable
    {
        public TestProgram Program { get; } = new();

        public List<ArrayServer> Servers { get; } = [];

        public static async Task<ArrayLab> CreateAsync(string reconnect = "0.3")
        {
            ArrayLab lab = new();
            string file = lab.Program.Folder + "/lab.yaml";
            await File.WriteAllTextAsync(
                file,
                Topology($"nbd+unix:///?socket=p0.sock&reconnect={reconnect}",
                    $"nbd+unix:///?socket=p1.sock&reconnect={reconnect}"),
                Token);
            lab.Run("lab", "create", lab.Program.Lab.Root, "--topology", file);
            foreach (int index in Enumerable.Range(0, 2))
            {
                lab.Servers.Add(new ArrayServer(
                    $"{lab.Program.Folder}/p{index}.qcow2", $"{lab.Program.Lab.Root}/p{index}.sock"));
                await lab.Servers[index].StartAsync();
            }

            foreach (string disk in new[] { "emc0_01f4", "pure0_0012", "pure0_0013" })
            {
                lab.Run("vxdisksetup", "-i", disk);
            }

            lab.Run("vxdg", "init", "datadg", "old1=emc0_01f4");
            lab.Run("vxassist", "-g", "datadg", "make", "vol01", "32m");
            return lab;
        }

        public static string Topology(string first, string second) => $$"""
            format: 1
            arrays:
              - { name: emc0, kind: emc-symmetrix, vendor: EMC, product: SYMMETRIX, revision: '5978', serial: '1',
                  luns: [{ name: 01f4, number: 1, size: 128m, serial: 90001F4000, avid: 01f4 }] }
              - name: pure0
                kind: pure
                vendor: PURE
                product: FlashArray
                revision: '8888'
                serial: CB6F
                luns:
                  - { name: '0012', number: 1, size: 128m, serial: S12, avid: '0012', backing: '{{first}}' }
                  - { name: '0013', number: 2, size: 128m, serial: S13, avid: '0013', backing: '{{second}}' }
            hosts:
              - { name: host1, hbas: [{ controller: c2, arrays: [emc0, pure0] }] }

            """;

        /// <summary>Runs a command that has to succeed.</summary>
        public string Run(params string[] arguments)
        {
            ProgramResult result = Program.Run(arguments);
            Assert.True(result.ExitCode == 0, $"{string.Join(' ', arguments)}: {result.Output}{result.Error}");
            return result.Output;
        }

        public async Task<byte[]> LoadAsync()
        {
            byte[] data = new byte[VolumeBytes];
            new Random(5).NextBytes(data);
            string image = Program.Folder + "/image";
            await File.WriteAllBytesAsync(image, data, Token);
            Run("volume", "load", "--group", "datadg", "--volume", "vol01", image);
            return data;
        }

        public async Task<byte[]> ReadAsync()
        {
            byte[] data = new byte[VolumeBytes];
            await using VolumeClient volume = await OpenAsync();
            for (int offset = 0; offset < VolumeBytes; offset += 1 << 20)
            {
                Assert.Equal(
                    IoStatus.Success, await volume.ReadAsync(offset, data.AsMemory(offset, 1 << 20), Token));
            }

            return data;
        }

        /// <summary>Writes 4 KiB of one value without a flush, and notes it in the model.</summary>
        public async Task WriteAsync(byte[] model, int offset, byte value)
        {
            model.AsSpan(offset, 4096).Fill(value);
            await using VolumeClient volume = await OpenAsync();
            Assert.Equal(
                IoStatus.Success,
                await volume.WriteAsync(offset, model.AsMemory(offset, 4096), WriteFlags.None, Token));
        }

        public void CrashHost()
        {
            using Process owner = Process.GetProcessById(Program.OwnerProcessId);
            owner.Kill();
            owner.WaitForExit();
        }

        public void Dispose()
        {
            Servers.ForEach(server => server.Kill());
            Program.Dispose();
        }

        private Task<VolumeClient> OpenAsync()
        {
            Environment.SetEnvironmentVariable("VOLMGR_IDLE_SECONDS", Program.IdleSeconds);
            return VolumeClient.OpenAsync(Program.Lab, new OpenVolumeRequest("", "datadg", "vol01"), Token);
        }
    }

    /// <summary>One qemu-nbd on one image.</summary>
    private sealed class ArrayServer(string image, string socketPath)
    {
        private Process? process;

        public async Task StartAsync()
        {
            if (!File.Exists(image))
            {
                using Process create = Start("qemu-img", "create", "-q", "-f", "qcow2", image, "128m");
                await create.WaitForExitAsync(Token);
                Assert.Equal(0, create.ExitCode);
            }

            process = Start("qemu-nbd", "-t", "--shared=4", "-f", "qcow2", "-k", socketPath, image);
            while (!await IsListeningAsync())
            {
                Assert.False(process.HasExited, "qemu-nbd ended");
                await Task.Delay(5, Token);
            }
        }

        public void Kill()
        {
            process?.Kill();
            process?.WaitForExit();
            process?.Dispose();
            process = null;
            if (Directory.Exists(Path.GetDirectoryName(socketPath)))
            {
                File.Delete(socketPath);
            }
        }

        private static Process Start(string program, params string[] arguments)
        {
            ProcessStartInfo start = new(program, arguments) { UseShellExecute = false, RedirectStandardError = true };
            Process started = Process.Start(start)
                ?? throw new InvalidOperationException($"{program} did not start");
            started.BeginErrorReadLine();
            return started;
        }

        private async Task<bool> IsListeningAsync()
        {
            using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(socketPath), Token);
                return true;
            }
            catch (SocketException)
            {
                return false;
            }
        }
    }
}
