using VolMgr.Arrays;
using VolMgr.Blocks;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Hosts;

namespace VolMgr.Commands.Tests.Running;

/// <summary>What a command printed and its exit code.</summary>
internal sealed record CommandResult(int Code, string Out, string Error)
{
    public IReadOnlyList<string> Lines => Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The fields of the rows that awk would pick.</summary>
    public IReadOnlyList<string[]> Rows =>
        [.. Lines.Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))];
}

/// <summary>A host over two arrays in memory, and its command line.</summary>
internal sealed class CommandLab : ILunOpener, ICommandFiles, IHostLog, IAsyncDisposable
{
    private const long LunSize = 256L << 20;

    private readonly Dictionary<string, MemoryDevice> luns = new(StringComparer.Ordinal);
    private readonly LabTopology topology;
    private VolumeHost? host;

    private CommandLab() => topology =
        LabTemplates.Build(LabTemplates.Migration, new LabTemplateOptions(4, LunSize))
        ?? throw new InvalidOperationException("the template exists");

    public VolumeHost Host => host ?? throw new InvalidOperationException("the host is up");

    public LabTopology Topology => topology;

    public MemoryHostFiles HostFiles { get; } = new();

    public Dictionary<string, string> UserFiles { get; } = new(StringComparer.Ordinal);

    public List<string> Log { get; } = [];

    /// <summary>What commands read from standard input.</summary>
    public string Input { get; set; } = "";

    public CancellationTokenSource Interrupt { get; private set; } = new();

    public static async Task<CommandLab> StartAsync(CopyOptions? copy = null)
    {
        CommandLab lab = new();
        EngineServices engine = new(
            TaskScheduler.Default, TaskScheduler.Default, TimeProvider.System, new Identities());
        lab.host = await VolumeHost.BootAsync(
            new VolumeHostOptions
            {
                Name = "host1",
                Devices = new HostDevices(lab.topology, "host1", lab, lab.HostFiles, engine),
                Files = lab.HostFiles,
                Engine = engine,
                Copy = copy ?? new CopyOptions(),
            },
            CancellationToken.None);
        return lab;
    }

    /// <summary>The lab with group datadg on three disks of emc0 and volume vol01 of 40 MiB on it.</summary>
    public static async Task<CommandLab> PopulatedAsync(CopyOptions? copy = null)
    {
        CommandLab lab = await StartAsync(copy);
        foreach (string device in new[] { "emc0_01f4", "emc0_01f5", "emc0_01f6" })
        {
            await lab.DoAsync($"vxdisksetup -i {device} format=cdsdisk");
        }

        await lab.DoAsync("vxdg init datadg datadg01=emc0_01f4 datadg02=emc0_01f5 datadg03=emc0_01f6");
        await lab.DoAsync("vxassist -g datadg make vol01 300m");
        return lab;
    }

    /// <summary>Runs a command line; words are separated by blanks, <c>_</c> in quotes is not needed here.</summary>
    public Task<CommandResult> RunAsync(string line) =>
        RunAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Runs a command given as words.</summary>
    public async Task<CommandResult> RunAsync(string[] words)
    {
        StringWriter output = new();
        StringWriter error = new();
        int code = await CommandSet.RunAsync(
            new CommandRequest(words[0], words[1..], "/export/admin", new Dictionary<string, string>()),
            new CommandContext
            {
                Host = Host,
                Out = output,
                Error = error,
                In = new StringReader(Input),
                Interrupted = Interrupt.Token,
                Time = TimeProvider.System,
                Files = this,
                Log = this,
            });
        return new CommandResult(code, output.ToString(), error.ToString());
    }

    /// <summary>Runs a command that has to succeed in silence.</summary>
    public async Task DoAsync(string line)
    {
        CommandResult result = await RunAsync(line);
        Assert.Equal("0 |" + line, $"{result.Code} {result.Out}{result.Error}|{line}");
    }

    /// <summary>Runs a command that has to answer.</summary>
    public async Task<CommandResult> AskAsync(string line)
    {
        CommandResult result = await RunAsync(line);
        Assert.Equal("0 |" + line, $"{result.Code} {result.Error}|{line}");
        return result;
    }

    /// <summary>Runs a command that has to be refused: nothing on stdout, lines on stderr.</summary>
    public async Task<CommandResult> FailAsync(string line, int code)
    {
        CommandResult result = await RunAsync(line);
        Assert.Equal($"{code} |{line}", $"{result.Code} {result.Out}|{line}");
        Assert.NotEmpty(result.Error);
        return result;
    }

    /// <summary>Waits until no task is left.</summary>
    public async Task IdleAsync()
    {
        while (Host.Tasks.List is [var task, ..])
        {
            await task.Completion;
        }
    }

    public IBlockDevice Open(LunTopology lun)
    {
        lock (luns)
        {
            if (!luns.TryGetValue(lun.Name, out MemoryDevice? device))
            {
                device = new MemoryDevice(lun.Size);
                luns.Add(lun.Name, device);
            }

            return new SubrangeDevice(device, 0, device.Length);
        }
    }

    /// <summary>The array copies the private region of a LUN onto another, as a snapshot of the whole would.</summary>
    public async Task CloneAsync(string source, string target)
    {
        byte[] bytes = new byte[64 << 20];
        await Open(topology.FindLun(source)!).ReadAsync(0, bytes, CancellationToken.None);
        await Open(topology.FindLun(target)!).WriteAsync(0, bytes, WriteFlags.None, CancellationToken.None);
    }

    public string? ReadText(string path) => UserFiles.GetValueOrDefault(path);

    public string? WriteText(string path, string text)
    {
        if (path.Contains("readonly", StringComparison.Ordinal))
        {
            return "Read-only file system";
        }

        UserFiles[path] = text;
        return null;
    }

    public void Append(string relativePath, string text) => Log.Add(text);

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        Interrupt.Dispose();
    }

    private sealed class Identities : IIdentitySource
    {
        private int count;

        public Guid NewGuid() => new(Interlocked.Increment(ref count), 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);

        public int NewSeed() => Interlocked.Increment(ref count);
    }
}
