using System.Buffers;
using VolMgr.Proof.Histories;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Layout;

namespace VolMgr.Proof;

/// <summary>
/// What has to be true when nothing is in flight: the records are sound; the volume is started and ACTIVE; it reads
/// as the
/// model says; and every ACTIVE plex, read from the disks past the whole engine, holds the same and is allowed by the
/// model.
/// </summary>
internal sealed class Oracle(SimulatedLab lab, VolumeModel model, Clients clients)
{
    /// <summary>Checks all of it; the first thing wrong is thrown. Twice read, round robin comes to other plexes.
    /// </summary>
    public async Task CheckAsync(string moment, int reads = 2)
    {
        GroupConfiguration configuration = lab.Group.Current;
        IReadOnlyList<string> unsound = ConfigurationChecks.Validate(configuration);
        Demand(unsound.Count == 0, moment, $"the records are not sound: {string.Join("; ", unsound)}");
        VolumeRecord? volume = configuration.FindVolume(SimulatedLab.VolumeName);
        Demand(volume is not null, moment, "the volume is gone");
        Demand(lab.Volume is not null, moment, $"the volume is not started; its state is {volume?.State}");
        Demand(volume?.State == VolumeState.Active, moment, $"the volume is {volume?.State}");
        Demand(lab.Volume?.Length == model.Length, moment, $"the volume has {lab.Volume?.Length} bytes");
        if (volume is not null && lab.Volume is { } device)
        {
            for (int read = 0; read < reads; read++)
            {
                await clients.ReadAllAsync(device);
            }

            ComparePlexes(configuration, volume, moment);
        }
    }

    /// <summary>The content of a plex from the disks themselves, past the engine.</summary>
    private void ReadRaw(GroupConfiguration configuration, RecordId plex, Memory<byte> content)
    {
        foreach (PlexSegment segment in PlexMap.Of(configuration, plex).Map(0, content.Length))
        {
            (Simulation.SimulatedDisk disk, long publicOffset) = lab.Find(configuration.Disks[segment.DiskId]);
            disk.Peek(
                publicOffset + segment.DiskOffset,
                content.Slice((int)segment.PlexOffset, (int)segment.Length));
        }
    }

    private void ComparePlexes(GroupConfiguration configuration, VolumeRecord volume, string moment)
    {
        PlexRecord[] active = [.. configuration.DataPlexesOf(volume.Id).Where(IsActive)];
        int length = (int)model.Length;
        byte[][] buffers = [.. active.Select(_ => ArrayPool<byte>.Shared.Rent(length))];
        try
        {
            for (int plex = 0; plex < active.Length; plex++)
            {
                ReadRaw(configuration, active[plex].Id, buffers[plex].AsMemory(0, length));
            }

            lab.Feed.Rest(Enumerable.Range(0, active.Length).ToDictionary(
                plex => PlexPlaces.NameOf(active[plex]),
                plex => (IReadOnlyList<long>)Stamp.ReadAll(buffers[plex].AsSpan(0, length))));
            for (int plex = 0; plex < active.Length; plex++)
            {
                Span<byte> content = buffers[plex].AsSpan(0, length);
                string? wrong = model.Check(0, content, model.Now());
                Demand(wrong is null, moment, $"plex {active[plex].Name}: {wrong}");
                int same = content.CommonPrefixLength(buffers[0].AsSpan(0, length));
                Demand(
                    same == length,
                    moment,
                    $"plexes {active[0].Name} and {active[plex].Name} differ in sector {same / Stamp.SectorSize}");
            }
        }
        finally
        {
            Array.ForEach(buffers, buffer => ArrayPool<byte>.Shared.Return(buffer));
        }

        Demand(active.Length > 0, moment, "no plex is ACTIVE");
    }

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
