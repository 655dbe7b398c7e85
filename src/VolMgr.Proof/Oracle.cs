using System.Buffers;
using VolMgr.Proof.Histories;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Layout;

namespace VolMgr.Proof;

/// <summary>
/// What has to be true when nothing is in flight: the records are sound; the volume is started and ACTIVE; it reads
/// as the
/// model says; and every ACTIVE plex, read from the disks past the whole engine, holds the same and is allowed by the
/// model. Below a layered volume that is true of each choice of one mirror for each of its sub-volumes.
/// </summary>
internal sealed class Oracle(SimulatedLab lab, VolumeModel model, Clients clients, string volumeName)
{
    /// <summary>Checks all of it; the first thing wrong is thrown. Twice read, round robin comes to other plexes.
    /// </summary>
    public async Task CheckAsync(string moment, int reads = 2)
    {
        GroupConfiguration configuration = lab.Group.Current;
        IReadOnlyList<string> unsound = ConfigurationChecks.Validate(configuration);
        Demand(unsound.Count == 0, moment, $"the records are not sound: {string.Join("; ", unsound)}");
        VolumeRecord? volume = configuration.FindVolume(volumeName);
        Demand(volume is not null, moment, "the volume is gone");
        VolumeDevice? started = lab.FindVolume(volumeName);
        Demand(started is not null, moment, $"the volume is not started; its state is {volume?.State}");
        Demand(volume?.State == VolumeState.Active, moment, $"the volume is {volume?.State}");
        Demand(started?.Length == model.Length, moment, $"the volume has {started?.Length} bytes");
        if (volume is not null && started is { } device)
        {
            for (int read = 0; read < reads; read++)
            {
                await clients.ReadAllAsync(device);
            }

            ComparePlexes(configuration, volume, moment);
        }
    }

    /// <summary>The content of a plex from the disks themselves, past the engine; where a sub-volume is a piece of it,
    /// from the mirror of that sub-volume that the choice stands for.</summary>
    private void ReadRaw(GroupConfiguration configuration, RecordId plex, int choice, long offset, Memory<byte> content)
    {
        foreach (PlexSegment segment in PlexMap.Of(configuration, plex).Map(offset, content.Length))
        {
            Memory<byte> part = content.Slice((int)(segment.PlexOffset - offset), (int)segment.Length);
            if (configuration.Volumes.ContainsKey(segment.DiskId))
            {
                PlexRecord[] mirrors = ActiveOf(configuration, segment.DiskId);
                ReadRaw(
                    configuration, mirrors[choice % mirrors.Length].Id, choice, segment.DiskOffset, part);
            }
            else
            {
                (Simulation.SimulatedDisk disk, long publicOffset) = lab.Find(configuration.Disks[segment.DiskId]);
                disk.Peek(publicOffset + segment.DiskOffset, part);
            }
        }
    }

    /// <summary>The ACTIVE plexes of a volume; of a layered one its plex as often as one of its sub-volumes has
    /// mirrors.</summary>
    private static (PlexRecord Plex, int Choice)[] WaysTo(
        GroupConfiguration configuration, VolumeRecord volume, string moment)
    {
        IReadOnlyList<RecordId> below = configuration.VolumesBelow(volume.Id);
        int[] mirrors = [.. below.Select(id => ActiveOf(configuration, id).Length)];
        Demand(!mirrors.Contains(0), moment, "a sub-volume has no ACTIVE plex");
        return [.. ActiveOf(configuration, volume.Id).SelectMany(
            plex => Enumerable.Range(0, Math.Max(1, mirrors.DefaultIfEmpty(1).Max())).Select(way => (plex, way)))];
    }

    private void ComparePlexes(GroupConfiguration configuration, VolumeRecord volume, string moment)
    {
        (PlexRecord Plex, int Choice)[] ways = WaysTo(configuration, volume, moment);
        int length = (int)model.Length;
        byte[][] buffers = [.. ways.Select(_ => ArrayPool<byte>.Shared.Rent(length))];
        try
        {
            for (int way = 0; way < ways.Length; way++)
            {
                ReadRaw(configuration, ways[way].Plex.Id, ways[way].Choice, 0, buffers[way].AsMemory(0, length));
            }

            lab.Feeds.Of(volumeName)?.Rest(Enumerable.Range(0, ways.Length).ToDictionary(
                way => PlexPlaces.NameOf(ways[way].Plex) + (ways[way].Choice > 0 ? $" way {ways[way].Choice}" : ""),
                way => (IReadOnlyList<long>)Stamp.ReadAll(buffers[way].AsSpan(0, length))));
            for (int way = 0; way < ways.Length; way++)
            {
                Span<byte> content = buffers[way].AsSpan(0, length);
                string? wrong = model.Check(0, content, model.Now());
                Demand(wrong is null, moment, $"plex {ways[way].Plex.Name}: {wrong}");
                int same = content.CommonPrefixLength(buffers[0].AsSpan(0, length));
                Demand(
                    same == length,
                    moment,
                    $"plexes {ways[0].Plex.Name} and {ways[way].Plex.Name} differ in sector "
                        + $"{same / Stamp.SectorSize}");
            }
        }
        finally
        {
            Array.ForEach(buffers, buffer => ArrayPool<byte>.Shared.Return(buffer));
        }

        Demand(ways.Length > 0, moment, "no plex is ACTIVE");
    }

    private static PlexRecord[] ActiveOf(GroupConfiguration configuration, RecordId volume) =>
        [.. configuration.DataPlexesOf(volume).Where(IsActive)];

    /// <summary>Whether a plex serves reads.</summary>
    public static bool IsActive(PlexRecord plex) =>
        plex is { State: PlexState.Active, KernelState: PlexKernelState.Enabled, Mode: PlexMode.ReadWrite };

    private static void Demand(bool holds, string moment, string complaint)
    {
        if (!holds)
        {
            throw new ProofViolationException($"{moment}: {complaint}");
        }
    }
}
