using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Resync;

namespace VolMgr.Movers.Moves;

/// <summary>
/// Copies one device, or ranges of it, onto another with the engine's copier: a volume of its own over both, on which
/// nobody but the copier works.
/// </summary>
/// <remarks>
/// It reads the source beside its users and not through them. So what is written meanwhile may be copied half: whoever
/// copies a source that is in use has it tracked and copies again what was written.
/// </remarks>
internal sealed class DiskCopy : IVolumeOwner, IAsyncDisposable
{
    private static readonly RecordId Source = new(1);
    private static readonly RecordId Target = new(2);

    private readonly MovePace pace;
    private readonly VolumeDevice both;
    private PlexCopy? running;
    private IoStatus lost;

    /// <summary>A copy from one to the other; the target is as long or longer.</summary>
    public DiskCopy(string name, IExtentDevice source, IExtentDevice target, MovePace pace, EngineServices engine)
    {
        this.pace = pace;
        PlexMember[] members =
        [
            WholePlex.Member(Source.Value, $"{name}-from", source, PlexRole.ReadWrite),
            WholePlex.Member(Target.Value, $"{name}-to", target, PlexRole.WriteOnly),
        ];
        both = new VolumeDevice(new VolumeDeviceOptions
        {
            Volume = new RecordId(1),
            Name = name,
            Plexes = new PlexSet(1, [.. members], null, ReadPolicy.Round, source.Length),
            Owner = this,
            Engine = engine,
            IsDirty = true,
        });
    }

    /// <summary>Copies everything, or only these ranges, and flushes the target.</summary>
    /// <param name="only">The ranges; null for everything.</param>
    public async Task<PlexCopyResult> RunAsync(IReadOnlyList<ByteRange>? only)
    {
        var copy = new PlexCopy(new PlexCopyOptions
        {
            Volume = both,
            Target = Target,
            IoSize = pace.IoSize,
            Workers = pace.Workers,
            Throttle = pace.Throttle,
            Only = only,
        });
        running = copy;
        if (lost != IoStatus.Success)
        {
            copy.LoseTarget(lost);
        }

        return await copy.RunAsync();
    }

    /// <summary>Ends the copy that runs, and any later one.</summary>
    public void Stop(IoStatus reason)
    {
        lost = reason;
        running?.LoseTarget(reason);
    }

    /// <inheritdoc/>
    public ValueTask<bool> DetachPlexAsync(RecordId volume, RecordId plex, IoStatus reason) =>
        ValueTask.FromResult(plex == Target);

    /// <inheritdoc/>
    public ValueTask<bool> MarkDirtyAsync(RecordId volume) => ValueTask.FromResult(true);

    /// <summary>Ends the volume; the two devices belong to others.</summary>
    public ValueTask DisposeAsync() => both.DisposeAsync();
}
