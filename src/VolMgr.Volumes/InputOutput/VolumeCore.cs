using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Recovery;

namespace VolMgr.Volumes.InputOutput;

/// <summary>What the parts of one volume's data path share.</summary>
internal sealed class VolumeCore
{
    private readonly Lock sync = new();
    private Task<bool>? dirtyMark;
    private bool isDirty;
    private RecoveryMap? unrecovered;
    private DirtyRegionLog? log;
    private DetachMaps? detachMaps;

    public VolumeCore(VolumeDeviceOptions options)
    {
        Volume = options.Volume;
        Owner = options.Owner;
        Engine = options.Engine;
        Steps = options.Steps;
        Gate = new VolumeGate(options.Plexes);
        Locks = new RangeLockTable(options.Steps);
        Faults = new PlexFaults(this);
        Flusher = new MirrorFlusher(this);
        isDirty = options.IsDirty;
        log = options.Log;
    }

    public RecordId Volume { get; }

    public IVolumeOwner Owner { get; }

    public EngineServices Engine { get; }

    public DataPathSteps Steps { get; }

    public VolumeGate Gate { get; }

    public RangeLockTable Locks { get; }

    public PlexFaults Faults { get; }

    public MirrorFlusher Flusher { get; }

    public Housekeeping Housekeeping { get; } = new();

    /// <summary>The dirty region log; replaced only while nothing is in flight.</summary>
    public DirtyRegionLog? Log
    {
        get => Volatile.Read(ref log);
        set => Volatile.Write(ref log, value);
    }

    /// <summary>The maps of plexes that were detached and are tracked; replaced only while nothing is in
    /// flight.</summary>
    public DetachMaps? DetachMaps
    {
        get => Volatile.Read(ref detachMaps);
        set => Volatile.Write(ref detachMaps, value);
    }

    /// <summary>What still has to be made equal after a crash, or null.</summary>
    public RecoveryMap? Unrecovered
    {
        get => Volatile.Read(ref unrecovered);
        set => Volatile.Write(ref unrecovered, value);
    }

    public bool IsDirty => Volatile.Read(ref isDirty);

    /// <summary>Makes "the plexes may differ" durable before the first write; writers share one attempt.</summary>
    public ValueTask<bool> EnsureDirtyAsync()
    {
        if (IsDirty)
        {
            return ValueTask.FromResult(true);
        }

        TaskCompletionSource<bool>? mine = null;
        Task<bool> attempt;
        lock (sync)
        {
            if (dirtyMark is null)
            {
                mine = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
                dirtyMark = mine.Task;
            }

            attempt = dirtyMark;
        }

        return mine is null ? new ValueTask<bool>(attempt) : MarkDirtyAsync(mine);
    }

    private async ValueTask<bool> MarkDirtyAsync(TaskCompletionSource<bool> attempt)
    {
        bool isDurable = false;
        try
        {
            isDurable = await Owner.MarkDirtyAsync(Volume);
            return isDurable;
        }
        finally
        {
            Volatile.Write(ref isDirty, isDurable);
            lock (sync)
            {
                dirtyMark = null;
            }

            attempt.TrySetResult(isDurable);
        }
    }
}
