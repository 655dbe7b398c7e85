using System.Collections.Immutable;

namespace VolMgr.Volumes.Hosts;

/// <summary>A mounted volume.</summary>
/// <param name="Group">Disk group.</param>
/// <param name="Volume">Volume.</param>
/// <param name="Directory">Where it is mounted.</param>
/// <param name="Type">Type of the file system, as mount was told.</param>
public sealed record Mount(string Group, string Volume, string Directory, string Type);

/// <summary>
/// Which volumes the host's operating system holds open as file systems: they cannot be stopped, nor their groups
/// deported, until they are unmounted. There is no file system behind it, and it is empty after every boot.
/// Thread-safe.
/// </summary>
public sealed class MountTable
{
    private ImmutableList<(Mount Mount, IDisposable Opening)> mounts = [];

    /// <summary>What is mounted, in the order of mounting.</summary>
    public IReadOnlyList<Mount> All => [.. mounts.Select(each => each.Mount)];

    /// <summary>Mounts a started volume; refused where it is not started or one of both is in use.</summary>
    public Outcome Add(VolumeHost host, Mount mount)
    {
        if (host.FindGroup(mount.Group)?.OpenVolume(mount.Volume) is not { } device)
        {
            return new Refusal(
                ErrorCode.InvalidState,
                $"{mount.Group}/{mount.Volume} is no started volume; vxvol -g {mount.Group} start {mount.Volume}");
        }

        IDisposable opening = device.Open();
        bool isAdded = ImmutableInterlocked.Update(
            ref mounts,
            list => list.Exists(each => Collides(each.Mount, mount)) ? list : list.Add((mount, opening)));
        if (isAdded)
        {
            return Outcome.Done;
        }

        opening.Dispose();
        return new Refusal(
            ErrorCode.InUse, $"{mount.Group}/{mount.Volume} is already mounted or {mount.Directory} busy");
    }

    /// <summary>Unmounts by directory, or by group and volume; false when it is not mounted.</summary>
    public bool Remove(Func<Mount, bool> chosen)
    {
        (Mount Mount, IDisposable Opening) removed = mounts.FindLast(each => chosen(each.Mount));
        if (removed.Mount is null
            || !ImmutableInterlocked.Update(ref mounts, list => list.Remove(removed)))
        {
            return false;
        }

        removed.Opening.Dispose();
        return true;
    }

    private static bool Collides(Mount one, Mount other) =>
        (one.Group == other.Group && one.Volume == other.Volume) || one.Directory == other.Directory;
}
