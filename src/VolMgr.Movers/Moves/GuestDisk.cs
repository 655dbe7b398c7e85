using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.InputOutput;

namespace VolMgr.Movers.Moves;

/// <summary>
/// A virtual disk (or a domain's memory) that a running guest uses: a volume of the engine with one plex, the place
/// where its bytes are now.
/// </summary>
/// <remarks>
/// A move attaches or fills a second place and changes places behind the closed gate. What always holds: the guest's
/// record names a complete place; a second place is named nowhere until the change of places is recorded, so giving it
/// up needs no record, and a host that dies finds the first place as the only one.
/// </remarks>
internal sealed class GuestDisk : IVolumeOwner, IAsyncDisposable
{
    private readonly EngineServices engine;
    private readonly List<Action<RecordId, IoStatus>> watchers = [];
    private long lastPlex = 1;

    /// <summary>A second place that holds everything too.</summary>
    private (RecordId Plex, string Place, IExtentDevice Device)? mirror;

    /// <summary>A disk whose bytes are at one place.</summary>
    public GuestDisk(string name, string place, IExtentDevice device, EngineServices engine)
    {
        this.engine = engine;
        Name = name;
        Place = place;
        Device = device;
        Volume = new VolumeDevice(new VolumeDeviceOptions
        {
            Volume = new RecordId(1),
            Name = name,
            Plexes = new PlexSet(
                1, [WholePlex.Member(1, place, device, PlexRole.ReadWrite)], null, ReadPolicy.Round, device.Length),
            Owner = this,
            Engine = engine,
            IsDirty = true,
        });
    }

    /// <summary>The guest's name of it.</summary>
    public string Name { get; }

    /// <summary>Where its bytes are.</summary>
    public string Place { get; private set; }

    /// <summary>What holds its bytes.</summary>
    public IExtentDevice Device { get; private set; }

    /// <summary>What the guest reads and writes.</summary>
    public VolumeDevice Volume { get; }

    /// <summary>Scheduler and clock.</summary>
    public EngineServices Engine => engine;

    /// <summary>The plex of the place in use.</summary>
    public RecordId Current { get; private set; } = new(1);

    /// <summary>An id for a second place.</summary>
    public long NextPlex() => ++lastPlex;

    /// <summary>Tells of a place that was given up because it missed something.</summary>
    public void WhenLost(Action<RecordId, IoStatus> watcher) => watchers.Add(watcher);

    /// <summary>The disk is at another place from now on. Called behind the closed gate.</summary>
    public void MovedTo(RecordId plex, string place, IExtentDevice device)
    {
        Current = plex;
        Place = place;
        Device = device;
        mirror = null;
    }

    /// <summary>From now on a second place holds everything too, until one of the two is left or lost. Called behind
    /// the closed gate.</summary>
    public void MirroredAt(RecordId plex, string place, IExtentDevice device) => mirror = (plex, place, device);

    /// <summary>Leaves the place in use for the second one; false when there is none any more.</summary>
    public Task<bool> LeaveAsync() => Volume.ReconfigureAsync(plexes =>
    {
        RecordId left = Current;
        if (!MoveToMirror() || plexes.Find(Current) is null)
        {
            return Task.FromResult((false, (VolumeChange?)null));
        }

        return Task.FromResult((true, (VolumeChange?)new VolumeChange(plexes.Without(left))));
    });

    /// <summary>Takes a place out: nothing more is written to it.</summary>
    public Task<bool> ForgetAsync(RecordId plex) => Volume.ReconfigureAsync(plexes => Task.FromResult(
        plexes.Find(plex) is null ? (false, null) : (true, (VolumeChange?)new VolumeChange(plexes.Without(plex)))));

    /// <inheritdoc/>
    public ValueTask<bool> DetachPlexAsync(RecordId volume, RecordId plex, IoStatus reason)
    {
        if (plex == Current && !MoveToMirror())
        {
            return ValueTask.FromResult(false);
        }

        mirror = mirror?.Plex == plex ? null : mirror;
        watchers.ForEach(watcher => watcher(plex, reason));
        _ = engine.StartAsync(() => ForgetAsync(plex));
        return ValueTask.FromResult(true);
    }

    /// <inheritdoc/>
    public ValueTask<bool> MarkDirtyAsync(RecordId volume) => ValueTask.FromResult(true);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Volume.DisposeAsync();

    private bool MoveToMirror()
    {
        if (mirror is not { } other)
        {
            return false;
        }

        MovedTo(other.Plex, other.Place, other.Device);
        return true;
    }
}
