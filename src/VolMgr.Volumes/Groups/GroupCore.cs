using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Hosts;
using VolMgr.Volumes.OnDisk;

namespace VolMgr.Volumes.Groups;

/// <summary>What the parts of one imported group share.</summary>
internal sealed class GroupCore
{
    private readonly Lock guard = new();
    private readonly Dictionary<RecordId, SerialGate> gates = [];

    public GroupCore(VolumeHost host, ConfigurationStore store)
    {
        Host = host;
        Store = store;
        Disks = new GroupDisks(host, store);
        Work = new BackgroundWork(host.Engine);
        Started = new StartedVolumes(this);
        Starts = new VolumeStarts(this);
        Owner = new PlexFaultRecorder(this);
        Attaches = new PlexAttaches(this);
        Recoveries = new VolumeRecoveries(this);
        Life = new VolumeLife(this);
        Dcos = new VolumeDcos(this, Life);
        Relocation = new HotRelocation(this);
    }

    public VolumeHost Host { get; }

    public EngineServices Engine => Host.Engine;

    public ConfigurationStore Store { get; }

    public GroupConfiguration Current => Store.Current;

    public GroupDisks Disks { get; }

    public BackgroundWork Work { get; }

    public StartedVolumes Started { get; }

    public VolumeStarts Starts { get; }

    public PlexFaultRecorder Owner { get; }

    public PlexAttaches Attaches { get; }

    public VolumeRecoveries Recoveries { get; }

    public VolumeLife Life { get; }

    public VolumeDcos Dcos { get; }

    public HotRelocation Relocation { get; }

    /// <summary>Set when the group is given up or the host goes down: operations that come later are refused.</summary>
    public bool IsClosed { get; set; }

    /// <summary>One operation at a time looks for free space and takes it.</summary>
    public SerialGate SpaceGate { get; } = new();

    /// <summary>
    /// Waits for the turn on a volume: administrative operations on one volume follow one another, and each finds the
    /// volume by the record that it was called with. Refused when the volume is gone by then, or held by a running
    /// copy.
    /// </summary>
    public async Task<Outcome<VolumeTurn>> EnterAsync(string name, bool toleratesCopies = false)
    {
        if (Current.FindVolume(name) is not { } asked)
        {
            return Refusals.NoVolume(name);
        }
        IDisposable turn = await GateOf(asked.Id).EnterAsync();
        Refusal? refusal = Current.Volumes.TryGetValue(asked.Id, out VolumeRecord? volume)
            ? CheckClosed() ?? CheckLock(volume, toleratesCopies)
            : Refusals.VolumeIsGone;
        if (refusal is not null)
        {
            turn.Dispose();
            return refusal;
        }
        return new VolumeTurn(asked.Id, turn);
    }

    /// <summary>Waits for the turn on a volume whatever its state: for going down.</summary>
    public Task<IDisposable> EnterAsync(RecordId volume) => GateOf(volume).EnterAsync();

    /// <summary>Refuses when the group is given up.</summary>
    public Refusal? CheckClosed() => IsClosed
        ? new Refusal(ErrorCode.NoDiskGroup, $"Disk group {Current.Group.Name}: Disk group is not imported any more")
        : null;

    /// <summary>What a piece of a plex lies on: the public region of a disk, or the volume below.</summary>
    public IExtentDevice Backing(RecordId id) =>
        Current.Volumes.ContainsKey(id) ? new SubVolumeDevice(this, id) : Disks.PublicRegion(id);

    /// <summary>Waits for the turns on the volumes below a layered volume, whose turn the caller holds.</summary>
    public async Task<IDisposable> EnterBelowAsync(RecordId volume)
    {
        List<IDisposable> turns = [];
        foreach (RecordId below in Current.VolumesBelow(volume))
        {
            turns.Add(await EnterAsync(below));
        }
        return new Turns(turns);
    }

    /// <summary>Commits a change of the records.</summary>
    public Task<Outcome<GroupConfiguration>> CommitAsync(
        Func<GroupConfiguration, Outcome<GroupConfiguration>> change) => Store.CommitAsync(configuration =>
        {
            Outcome<GroupConfiguration> next = change(configuration);
            if (next.IsDone)
            {
                Host.Options.Steps.CommitBegins(next.Value);
            }

            return next;
        });

    /// <summary>Writes a line to the host's log.</summary>
    public void Log(string line) => Host.Log.Write(line);

    private Refusal? CheckLock(VolumeRecord volume, bool toleratesCopies) =>
        !toleratesCopies && (volume.TUtil0.Length > 0 || Attaches.IsRunning(volume.Id))
            ? AttachLock.Refuse(volume)
            : null;

    private sealed class Turns(IReadOnlyList<IDisposable> turns) : IDisposable
    {
        public void Dispose()
        {
            foreach (IDisposable turn in turns)
            {
                turn.Dispose();
            }
        }
    }

    private SerialGate GateOf(RecordId volume)
    {
        lock (guard)
        {
            if (!gates.TryGetValue(volume, out SerialGate? gate))
            {
                gate = new SerialGate();
                gates.Add(volume, gate);
            }
            return gate;
        }
    }
}

/// <summary>The right to administer one volume, until disposed.</summary>
/// <param name="Volume">The record.</param>
/// <param name="Turn">The turn.</param>
internal sealed record VolumeTurn(RecordId Volume, IDisposable Turn) : IDisposable
{
    public void Dispose() => Turn.Dispose();
}
