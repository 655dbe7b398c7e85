using VolMgr.Arrays;
using VolMgr.Blocks;
using VolMgr.Simulation;
using VolMgr.Volumes;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Hosts;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Layout;
using VolMgr.Volumes.Resync;

namespace VolMgr.Commands.Tests.Faults;

/// <summary>
/// A host in virtual time that the faults of its lab can take down, its command line, and volume vol01 with a plex on
/// dg01 (of the array that the faults are put on) and one on dg02 (of another).
/// </summary>
internal sealed class MirrorLab : ILunOpener, IHostLog, ICommandFiles
{
    public const int Length = 6 << 20;

    private readonly SortedDictionary<string, SimulatedDisk> disks = new(StringComparer.Ordinal);
    private readonly MemoryHostFiles files = new();
    private readonly List<HostWay> ways = [];
    private readonly byte[] acknowledged = new byte[Length];
    private VolumeHost? host;
    private (int Offset, byte[] Data)? pending;
    private int stamp;

    public MirrorLab(Simulator simulator, ArrayTopology? first = null)
    {
        Simulator = simulator;
        LabTopology template = LabTemplates.Build(LabTemplates.Migration, new LabTemplateOptions(2, 8 << 20))!;
        Topology = first is null ? template : template with
        {
            Arrays = [first, .. template.Arrays],
            Hosts = [.. template.Hosts.Select(each => each with
            {
                Hbas = [.. each.Hbas.Select((hba, port) => hba with
                {
                    Targets = [.. hba.Targets, new PortTarget(first.Name, port + 1)],
                })],
            })],
        };
        Arrays.Faults.OnHostCrash = _ => Die();
    }

    public Simulator Simulator { get; }

    public LabTopology Topology { get; }

    public LabArrays Arrays { get; } = new();

    public bool IsUp => host is not null;

    public VolumeHost Host => host ?? throw new InvalidOperationException("the host is down");

    public DiskGroup Group => Host.FindGroup("datadg") ?? throw new InvalidOperationException("no group");

    public VolumeDevice Volume => Group.OpenVolume("vol01") ?? throw new InvalidOperationException("no volume");

    public IBlockDevice Open(LunTopology lun)
    {
        if (!disks.TryGetValue(lun.Backing, out SimulatedDisk? disk))
        {
            // Twice the size, so that a LUN can grow.
            disk = new SimulatedDisk(Simulator, 2 * lun.Size, new SimulatedDiskOptions { Name = lun.Name });
            disks.Add(lun.Backing, disk);
        }

        HostWay way = new(disk);
        ways.Add(way);
        return way;
    }

    /// <summary>Boots, with the volumes started and recovered as a host's start does it.</summary>
    public async Task BootAsync() => host = await VolumeHost.BootAsync(
        new VolumeHostOptions
        {
            Name = "host1",
            Devices = new HostDevices(Topology, "host1", this, files, Simulator.Engine, Arrays),
            Files = files,
            Engine = Simulator.Engine,
            Copy = new CopyOptions { IoSize = 256 * 1024 },
        },
        CancellationToken.None);

    public async Task SetUpAsync(string firstDevice)
    {
        await BootAsync();
        foreach (string device in new[] { firstDevice, "pure0_0012" })
        {
            Done(await Host.InitializeDiskAsync(device, new DiskInitializeRequest { PrivateLength = 1 << 20 }));
        }

        Done(await Host.CreateGroupAsync(
            "datadg", [("dg01", firstDevice), ("dg02", "pure0_0012")], new GroupCreateRequest()));
        Done(await Group.CreateVolumeAsync(new VolumeRequest
        {
            Name = "vol01",
            Length = Length,
            MirrorCount = 2,
            Init = VolumeInit.Zero,
        }));
    }

    /// <summary>Writes what was never written before and remembers it once it is acknowledged.</summary>
    public async Task<IoStatus> WriteAsync(int offset)
    {
        byte[] data = new byte[8192];
        stamp++;
        for (int index = 0; index < data.Length; index++)
        {
            data[index] = (byte)((index / 512 * 7) + stamp);
        }

        pending = (offset, data);
        IoStatus status = await Volume.WriteAsync(offset, data, WriteFlags.None, CancellationToken.None);
        if (status == IoStatus.Success)
        {
            data.CopyTo(acknowledged, offset);
            pending = null;
        }

        return status;
    }

    /// <summary>States of the plexes in the order of their names, as `vxprint -p` shows them.</summary>
    public async Task<string> PlexesAsync() => string.Join(", ", (await AskAsync("vxprint -g datadg -p")).Split('\n')
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Where(row => row is ["pl", ..]).OrderBy(row => row[1], StringComparer.Ordinal)
        .Select(row => $"{row[3]} {row[6]}"));

    public async Task<IoStatus> ReadAsync() =>
        await Volume.ReadAsync(0, new byte[65536], CancellationToken.None);

    /// <summary>
    /// Whether all that was acknowledged is read; of a write that was not, each sector may be old or new.
    /// </summary>
    public async Task<bool> ReadsAllAsync()
    {
        byte[] read = new byte[Length];
        Assert.Equal(IoStatus.Success, await Volume.ReadAsync(0, read, CancellationToken.None));
        for (int at = pending?.Offset ?? 0; at < (pending?.Offset + pending?.Data.Length ?? 0); at += 512)
        {
            if (read.AsSpan(at, 512).SequenceEqual(pending!.Value.Data.AsSpan(at - pending.Value.Offset, 512)))
            {
                read.AsSpan(at, 512).CopyTo(acknowledged.AsSpan(at));
            }
        }

        return read.AsSpan().SequenceEqual(acknowledged);
    }

    public async Task<bool> AreEqualAsync()
    {
        Outcome<VerifyResult> verified = await Group.VerifyAsync("vol01", null, CancellationToken.None);
        Assert.True(verified.IsDone, verified.Refusal?.Message);
        return verified.Value.IsEqual;
    }

    public async Task<string> AskAsync(string line)
    {
        (int code, string text) = await RunAsync(line);
        Assert.True(code == 0, $"{line}: {code} {text}");
        return text;
    }

    public async Task<(int Code, string Text)> RunAsync(string line)
    {
        string[] words = line.Split(' ');
        StringWriter output = new();
        int code = await CommandSet.RunAsync(
            new CommandRequest(words[0], words[1..], "/", new Dictionary<string, string>()),
            new CommandContext
            {
                Host = Host,
                Out = output,
                Error = output,
                In = TextReader.Null,
                Interrupted = CancellationToken.None,
                Time = Simulator.Time,
                Files = this,
                Log = this,
            });
        return (code, output.ToString());
    }

    public async Task IdleAsync()
    {
        while (Host.Tasks.List is [var task, ..])
        {
            await task.Completion;
        }
    }

    /// <summary>All arrays lose what is only in their caches.</summary>
    public void LosePower()
    {
        foreach (SimulatedDisk disk in disks.Values)
        {
            disk.PowerFail();
        }
    }

    public string? ReadText(string path) => null;

    public string? WriteText(string path, string text) => null;

    public void Append(string relativePath, string text)
    {
    }

    private static void Done<T>(Outcome<T> outcome) => Assert.True(outcome.IsDone, outcome.Refusal?.Message);

    private static void Done(Outcome outcome) => Assert.True(outcome.IsDone, outcome.Refusal?.Message);

    private void Die()
    {
        ways.ForEach(way => way.Cut());
        ways.Clear();
        host = null;
    }
}
