using VolMgr.Volumes;

namespace VolMgr.Commands.Vxassist;

/// <summary>What commands say of volumes that they cannot find.</summary>
internal static class VolumeRefusals
{
    /// <summary>There is no such volume.</summary>
    public static Refusal NoVolume(string name) =>
        new(ErrorCode.NotFound, $"Volume {name} not in the configuration", "V-5-1-926");
}
