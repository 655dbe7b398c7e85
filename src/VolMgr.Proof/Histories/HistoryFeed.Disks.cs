using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Layout;
using VolMgr.Volumes.OnDisk;

namespace VolMgr.Proof.Histories;

/// <content>What the disks hold, read past the engine.</content>
internal sealed partial class HistoryFeed
{
    /// <summary>Copies of the configuration that are whole.</summary>
    private async Task<int> CountCopiesAsync(DiskGroup group)
    {
        int valid = 0;
        foreach (Simulation.SimulatedDisk disk in lab.Disks.Values)
        {
            DiskHeader? header = lab.HeaderOf(disk.Name);
            if (header is null)
            {
                continue;
            }

            CopyReading copy = await CopyReader.ReadAsync(
                disk.Medium, header with { GroupId = group.GroupId }, CancellationToken.None);
            valid += copy.Status == ReadStatus.Valid ? 1 : 0;
        }

        return valid;
    }

    /// <summary>Whether something of the workload, or zeroes, have gone where no plex is.</summary>
    private void LookForStrays(string lun, long offset, long count)
    {
        byte[] content = new byte[count];
        lab.Disks[lun].Peek(offset, content);
        long publicOffset = lab.HeaderOf(lun)?.PublicOffset ?? long.MaxValue;
        for (long at = 0; at < count; at += Stamp.SectorSize)
        {
            ReadOnlySpan<byte> sector = content.AsSpan((int)at, Stamp.SectorSize);
            bool isZero = seesZeroes && offset + at >= publicOffset && sector.IndexOfAnyExcept((byte)0) < 0;
            if ((!isZero && !Stamp.IsAny(sector))
                || places.Within(lun, offset + at, Stamp.SectorSize).Any()
                || neighbours.Within(lun, offset + at, Stamp.SectorSize).Any())
            {
                continue;
            }

            PlexPlace late = before.Within(lun, offset + at, Stamp.SectorSize).FirstOrDefault();
            History.Record(late.Plex is null
                ? new StrayWritten(lun, offset + at, "no plex")
                : new PlexWritten(late.Plex, lun, Sector(late.PlexOffset), Stamps(lun, late)));
            return;
        }
    }

    private void Load(string plex)
    {
        List<long> values = [];
        foreach ((string lun, PlexPlace place) in places.OfPlex(plex).OrderBy(part => part.Place.PlexOffset))
        {
            values.AddRange(Stamps(lun, place));
        }

        History.Record(new PlexContent(plex, values));
    }

    private long[] Stamps(string lun, PlexPlace place)
    {
        const int most = 64 * 1024;
        byte[] content = scratch ??= new byte[most];
        long[] values = new long[place.Length / Stamp.SectorSize];
        for (long from = 0; from < place.Length; from += most)
        {
            Memory<byte> part = content.AsMemory(0, (int)Math.Min(most, place.Length - from));
            lab.Disks[lun].Peek(place.Offset + from, part);
            int first = Sector(from);
            for (int index = 0; index < part.Length / Stamp.SectorSize; index++)
            {
                values[first + index] = Stamp.Read(
                    part.Span.Slice(index * Stamp.SectorSize, Stamp.SectorSize),
                    Sector(place.PlexOffset) + first + index);
            }
        }

        return values;
    }

    /// <summary>Reads the dirty region log from the media of its disks: what is durable.</summary>
    private void ReadLog()
    {
        if (!History.State.View.HasLog)
        {
            return;
        }

        var geometry = new DirtyRegionLogGeometry(History.State.View.Length * (long)Stamp.SectorSize);
        byte[] bits = new byte[geometry.PageCount * (DirtyRegionLogGeometry.RegionsPerPage / 8)];
        bool isFound = false;
        foreach (string plex in known?.Plexes.Values.Where(plex => plex is
        {
            IsLog: true, KernelState:
            PlexKernelState.Enabled
        } && ours.Contains(plex.Id)).Select(PlexPlaces.NameOf) ?? [])
        {
            isFound |= LogReading.TryAdd(lab, places.OfPlex(plex).First(), geometry, bits);
        }

        if (isFound)
        {
            int[] dirty = [.. Enumerable.Range(0, bits.Length * 8)
                .Where(region => (bits[region / 8] & (1 << (region % 8))) != 0)];
            int[] real = [.. dirty.Where(region => region < geometry.RegionCount)];
            History.Record(new DirtyRegions(Sector(geometry.RegionSize), real)
            {
                Padding = dirty.Length - real.Length,
            });
        }
    }
}
