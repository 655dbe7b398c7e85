using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;

namespace VolMgr.Volumes.OnDisk;

/// <summary>A disk that takes every commit.</summary>
internal sealed class Holder(string deviceName, IBlockDevice lun, DiskHeader header, CopyWriter writer)
{
    public string DeviceName { get; } = deviceName;

    public IBlockDevice Lun { get; } = lun;

    /// <summary>As last written.</summary>
    public DiskHeader Header { get; set; } = header;

    public CopyWriter Writer { get; } = writer;
}

/// <summary>
/// The disks that hold the configuration of one group, and the writing of generations to all of them.
/// </summary>
/// <remarks>
/// Always true:
/// <list type="bullet">
/// <item>A generation is durable when every disk on its own holder list has it. A disk that fails is taken off the
/// list and
/// the same generation is written again, as the next attempt, to the others: until that has succeeded nothing is
/// acknowledged.</item>
/// <item>Attempts of one generation differ only in the list; an import takes the last one.</item>
/// </list>
/// Called by one loop only.
/// </remarks>
internal sealed class HolderSet
{
    /// <summary>Bytes of a checkpoint kept free for what an import or a change of holders adds.</summary>
    private const int Reserve = 4096;

    private readonly List<Holder> holders;
    private readonly string groupId;
    private readonly Lineage lineage;

    /// <summary>How often the generation behind the newest durable one was tried.</summary>
    private int attempts;

    /// <summary>An upper bound for the text of a checkpoint: that of the last one and of all deltas since.</summary>
    private long sizeBound;

    private (GroupConfiguration From, GroupConfiguration To, ConfigurationDelta Delta)? asked;

    public HolderSet(string groupId, Lineage lineage, long generation, IEnumerable<Holder> holders)
    {
        this.groupId = groupId;
        this.lineage = lineage;
        Generation = generation;
        this.holders = [.. holders];
    }

    /// <summary>The newest durable generation.</summary>
    public long Generation { get; private set; }

    /// <summary>What that generation says; null until the first commit of this set.</summary>
    public CopyImage? Durable { get; private set; }

    /// <summary>The disks, in the order in which they came.</summary>
    public IReadOnlyList<Holder> Holders => holders;

    /// <summary>What leads from the durable configuration to another. All steps of a commit ask, so the last answer is
    /// kept.</summary>
    public ConfigurationDelta DeltaTo(GroupConfiguration next)
    {
        GroupConfiguration from = Durable!.Configuration; // there since the first commit
        if (asked is not { } last || !ReferenceEquals(last.From, from) || !ReferenceEquals(last.To, next))
        {
            asked = last = (from, next, ConfigurationDelta.Between(from, next));
        }

        return last.Delta;
    }

    /// <summary>Takes a disk in before its first commit.</summary>
    public void Add(Holder holder)
    {
        Invariant.Holds(holders.TrueForAll(other => other.Header.DiskId != holder.Header.DiskId));
        holders.Add(holder);
    }

    /// <summary>Takes disks off the list of the next commit.</summary>
    public void Remove(IReadOnlyCollection<Holder> leaving) => holders.RemoveAll(leaving.Contains);

    /// <summary>Counts an attempt at the next generation that was written in part and given up: it must lose against
    /// the
    /// next one.</summary>
    public void SkipAttempt() => attempts++;

    /// <summary>Makes a configuration the next generation on every disk. False: no disk is left.</summary>
    public async Task<bool> CommitAsync(GroupConfiguration next, bool asCheckpoint)
    {
        while (holders.Count > 0)
        {
            CopyImage image = MakeImage(next, ++attempts);
            if (await WriteAsync(image, asCheckpoint, holders))
            {
                Durable = image;
                Generation = image.Generation;
                attempts = 0;
                return true;
            }
        }

        return false;
    }

    /// <summary>Writes the next generation to disks that join, ahead of the others, so that they are never behind once
    /// their headers name the group.</summary>
    public Task<bool> WriteAheadAsync(GroupConfiguration next, List<Holder> joining) =>
        WriteAsync(MakeImage(next, attempts + 1), asCheckpoint: true, joining);

    /// <summary>Writes the durable generation again, whole, so that the next reader has no log to replay.</summary>
    public async Task CheckpointAsync()
    {
        if (Durable is not null && holders.Count > 0)
        {
            await WriteAsync(Durable, asCheckpoint: true, holders);
        }
    }

    /// <summary>Whether a checkpoint of the configuration fits on every disk, the joining ones included.</summary>
    public bool Fits(GroupConfiguration next, IEnumerable<Holder> joining)
    {
        long capacity = holders.Concat(joining).Min(holder => holder.Writer.CheckpointCapacity);
        if (Durable is not null)
        {
            ConfigurationDelta delta = DeltaTo(next);
            if (sizeBound + CommitText.WriteDelta(MakeImage(next, 1), delta).Length <= capacity)
            {
                return true;
            }
        }

        return CommitText.WriteCheckpoint(MakeImage(next, 1)).Length + Reserve <= capacity;
    }

    private CopyImage MakeImage(GroupConfiguration next, int attempt) => new()
    {
        Generation = Generation + 1,
        Attempt = attempt,
        Holders = [.. holders.Select(holder => holder.Header.DiskId).Order(StringComparer.Ordinal)],
        Lineage = lineage,
        Configuration = next,
    };

    /// <summary>Writes to all targets in parallel and takes those that failed off the set. True: none failed.</summary>
    private async Task<bool> WriteAsync(CopyImage image, bool asCheckpoint, List<Holder> targets)
    {
        byte[] text = [];
        bool isDelta = !asCheckpoint && Durable is not null;
        if (isDelta)
        {
            text = CommitText.WriteDelta(image, DeltaTo(image.Configuration));
            isDelta = targets.TrueForAll(holder => holder.Writer.HasRoomFor(text.Length));
        }

        text = isDelta ? text : CommitText.WriteCheckpoint(image);
        sizeBound = isDelta ? sizeBound + text.Length : text.Length + Reserve;
        var header = new CommitHeader
        {
            Kind = isDelta ? CommitKind.Delta : CommitKind.Checkpoint,
            Generation = image.Generation,
            Attempt = image.Attempt,
            TextLength = text.Length,
            TextChecksum = Checksum.Of(text),
            BranchId = lineage.Last.Id,
            GroupId = groupId,
        };
        IoStatus[] statuses = await Task.WhenAll(targets.Select(holder => isDelta
            ? holder.Writer.AppendAsync(header, text)
            : holder.Writer.WriteCheckpointAsync(header, text)));
        List<Holder> failed = [.. targets.Where((_, index) => statuses[index] != IoStatus.Success)];
        Remove(failed);
        return failed.Count == 0;
    }
}
