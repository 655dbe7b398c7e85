using VolMgr.Cli.Rehearse;

namespace VolMgr.Cli.Runbooks;

/// <summary>What the disk groups of a host look like at one moment: the rows of <c>vxprint -ht</c> by type.</summary>
/// <param name="Listing">The listing itself.</param>
/// <param name="Disks">Disks: group and name.</param>
/// <param name="Plexes">Plexes: group, name, volume, states.</param>
internal sealed record HostPicture(
    string Listing,
    IReadOnlyList<(string Group, string Name)> Disks,
    IReadOnlyList<(string Group, string Name, string Volume, string State)> Plexes)
{
    /// <summary>Looks.</summary>
    public static async Task<HostPicture> TakeAsync(IRehearseLab lab, CancellationToken token)
    {
        (_, string listing) = await lab.TryAsync(["vxprint", "-ht"], token);
        List<(string Group, string Name)> disks = [];
        List<(string Group, string Name, string Volume, string State)> plexes = [];
        string group = "";
        foreach (string[] words in listing.Split('\n')
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)))
        {
            switch (words)
            {
                case ["Disk", "group:", var name, ..]:
                    group = name;
                    break;
                case ["dm", var name, _, _, ..] when name != "NAME":
                    disks.Add((group, name));
                    break;
                case ["pl", var name, var volume, var kernel, var state, ..] when name != "NAME":
                    plexes.Add((group, name, volume, $"{kernel} {state}"));
                    break;
                default:
                    break;
            }
        }

        return new HostPicture(listing, disks, plexes);
    }

    /// <summary>
    /// How to go back to an earlier picture, the newest change first; each line is a command, or says what none can do.
    /// </summary>
    public IReadOnlyList<string> WayBackTo(HostPicture before, IReadOnlyList<string> tasks)
    {
        List<string> way = [.. tasks.Select(task => $"vxtask abort {task}")];
        way.AddRange(Plexes
            .Where(plex => !before.Plexes.Any(old => old.Group == plex.Group && old.Name == plex.Name))
            .Where(plex => before.Plexes.Any(old => old.Volume == plex.Volume
                && Plexes.Any(now => now.Name == old.Name && now.State == old.State)))
            .Select(plex => $"vxplex -g {plex.Group} -o rm dis {plex.Name}"));
        way.AddRange(before.Plexes
            .Where(old => Plexes.Any(plex => plex.Group == old.Group && plex.Name == old.Name
                && plex.State != old.State && plex.State.StartsWith("DETACHED", StringComparison.Ordinal)))
            .Select(old => $"vxplex -g {old.Group} att {old.Volume} {old.Name}"));
        way.AddRange(before.Plexes
            .Where(old => !Plexes.Any(plex => plex.Group == old.Group && plex.Name == old.Name))
            .Where(old => Plexes.Any(plex => plex.Volume == old.Volume))
            .Select(old =>
                $"vxassist -g {old.Group} -b mirror {old.Volume} OLDDISK...   # {old.Name} is gone: a full copy"));
        way.AddRange(Disks.Except(before.Disks).Select(disk => $"vxdg -g {disk.Group} rmdisk {disk.Name}"));
        way.AddRange(before.Disks.Except(Disks).Select(disk => $"vxdg -g {disk.Group} adddisk {disk.Name}=DEVICE"));
        return way;
    }
}
