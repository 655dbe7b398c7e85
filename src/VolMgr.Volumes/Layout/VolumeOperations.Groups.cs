using VolMgr.Volumes.Configuration;

namespace VolMgr.Volumes.Layout;

/// <content>Properties of the group itself (vxdg set, upgrade, reminor).</content>
public static partial class VolumeOperations
{
    /// <summary>The newest disk group version that this program knows.</summary>
    public const int NewestGroupVersion = 200;

    /// <summary>vxdg upgrade: a newer version; there is no way back.</summary>
    public static Outcome<GroupConfiguration> UpgradeGroup(GroupConfiguration configuration, int version)
    {
        DiskGroupRecord group = configuration.Group;
        return version <= group.Version || version > Math.Max(NewestGroupVersion, group.Version)
            ? new Refusal(
                ErrorCode.Usage,
                $"Disk group {group.Name}: version {group.Version} can be upgraded to at most {NewestGroupVersion}, "
                    + $"not to {version}")
            : configuration with { Group = group with { Version = version } };
    }

    /// <summary>vxdg set cds=on|off. On needs everything to be aligned already.</summary>
    public static Outcome<GroupConfiguration> SetCds(GroupConfiguration configuration, bool isCds)
    {
        if (isCds && configuration.Subdisks.Values.FirstOrDefault(subdisk =>
            subdisk.DiskOffset % Alignment.Cds != 0 || subdisk.Length % Alignment.Cds != 0) is { } subdisk)
        {
            return new Refusal(
                ErrorCode.InvalidState,
                $"Disk group {configuration.Group.Name}: subdisk {subdisk.Name} is not aligned to 8 KiB");
        }

        return isCds && configuration.Volumes.Values.FirstOrDefault(
            volume => volume.Length % Alignment.Cds != 0) is { } volume
            ? new Refusal(
                ErrorCode.InvalidState,
                $"Disk group {configuration.Group.Name}: the length of volume {volume.Name} is no multiple of 8 KiB")
            : configuration with { Group = configuration.Group with { IsCds = isCds } };
    }

    /// <summary>vxdg reminor: another first minor number.</summary>
    public static Outcome<GroupConfiguration> Reminor(GroupConfiguration configuration, int baseMinor) =>
        configuration with { Group = configuration.Group with { BaseMinor = baseMinor } };
}
