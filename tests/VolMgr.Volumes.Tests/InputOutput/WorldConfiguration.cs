using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Resync;

namespace VolMgr.Volumes.Tests.InputOutput;

/// <summary>What is recorded of a plex.</summary>
internal enum WorldPlexState
{
    /// <summary>Complete.</summary>
    Active = 1,

    /// <summary>Being attached.</summary>
    Attaching = 2,

    /// <summary>Out.</summary>
    Detached = 3,
}

/// <summary>The durable configuration of one volume, and the group that owns it: commits take time and survive
/// crashes.</summary>
internal sealed class WorldConfiguration(EngineServices engine, Random random)
{
    public SortedDictionary<long, WorldPlexState> Plexes { get; } = [];

    public HashSet<long> Logs { get; } = [];

    public bool IsDirty { get; set; }

    public CopyCheckpoint? Record { get; set; }

    /// <summary>The next commits of faults fail.</summary>
    public bool IsBroken { get; set; }

    public IEnumerable<long> Active =>
        Plexes.Where(plex => plex.Value == WorldPlexState.Active).Select(plex => plex.Key);

    public async Task<bool> CommitAsync(HostConnection host, Func<bool> change)
    {
        await engine.DelayAsync(TimeSpan.FromMicroseconds(random.Next(10, 3000)), CancellationToken.None);
        return !host.IsDead && !IsBroken && change();
    }

    public bool Detach(RecordId plex)
    {
        if (Logs.Remove(plex.Value))
        {
            return true;
        }

        bool isLast = Plexes[plex.Value] == WorldPlexState.Active && Active.Count() == 1;
        if (!isLast)
        {
            Plexes[plex.Value] = WorldPlexState.Detached;
        }

        return !isLast;
    }

    /// <summary>The group of one life of the host.</summary>
    internal sealed class Owner(WorldConfiguration configuration, HostConnection host, EngineServices engine)
        : IVolumeOwner
    {
        public VolumeDevice? Volume { get; set; }

        public List<(RecordId Plex, IoStatus Reason)> Detached { get; } = [];

        public List<Action<RecordId>> PlexLost { get; } = [];

        public async ValueTask<bool> DetachPlexAsync(RecordId volume, RecordId plex, IoStatus reason)
        {
            bool isOut = await configuration.CommitAsync(host, () => configuration.Detach(plex));
            if (isOut)
            {
                Detached.Add((plex, reason));
                PlexLost.ForEach(listener => listener(plex));
                _ = engine.StartAsync(() => PublishWithoutAsync(plex));
            }

            return isOut;
        }

        public async ValueTask<bool> MarkDirtyAsync(RecordId volume) => await configuration.CommitAsync(host, () =>
        {
            configuration.IsDirty = true;
            return true;
        });

        private Task<bool> PublishWithoutAsync(RecordId plex) => Volume!.ReconfigureAsync(plexes =>
        {
            VolumeChange? change = plexes.Find(plex) is null ? null : new VolumeChange(plexes.Without(plex));
            return Task.FromResult((true, change));
        });
    }

    /// <summary>Keeps the record of a copy.</summary>
    internal sealed class RecordStore(WorldConfiguration configuration, HostConnection host) : ICopyRecordStore
    {
        public ValueTask<CopyCheckpoint?> ReadAsync(CancellationToken token) =>
            ValueTask.FromResult(configuration.Record);

        public async ValueTask<IoStatus> WriteAsync(CopyCheckpoint checkpoint, CancellationToken token)
        {
            bool isDone = await configuration.CommitAsync(host, () =>
            {
                configuration.Record = checkpoint;
                return true;
            });
            return isDone ? IoStatus.Success : IoStatus.NotReachable;
        }

        public async ValueTask<IoStatus> ClearAsync(CancellationToken token)
        {
            bool isDone = await configuration.CommitAsync(host, () =>
            {
                configuration.Record = null;
                return true;
            });
            return isDone ? IoStatus.Success : IoStatus.NotReachable;
        }
    }
}
