using VolMgr.Commands.Views;
using VolMgr.Volumes.Hosts;

namespace VolMgr.Commands.Vxdisk;

/// <summary>The words of TYPE, STATUS and flags of a disk (vxvm.md 2.6, 5.3, 5.4).</summary>
internal static class DeviceWords
{
    /// <summary>TYPE: <c>auto:cdsdisk</c>, <c>auto:none</c>, or <c>auto</c> where nothing could be read.</summary>
    public static string Type(DeviceView device) => device.Status switch
    {
        DeviceStatus.Online => "auto:cdsdisk",
        DeviceStatus.OnlineInvalid => "auto:none",
        DeviceStatus.Error or DeviceStatus.Offline => "auto",
    };

    /// <summary>STATUS: the state and what else there is to know, word by word.</summary>
    public static string Status(DeviceView device)
    {
        List<string> words = device.Status switch
        {
            DeviceStatus.Online => ["online"],
            DeviceStatus.OnlineInvalid => ["online", "invalid"],
            DeviceStatus.Error => ["error"],
            DeviceStatus.Offline => ["offline"],
        };
        if (device.Status == DeviceStatus.Online)
        {
            words.AddRange(device.IsGroupDisabled ? ["dgdisabled"] : Array.Empty<string>());
            words.AddRange(device.RecordWords);
            words.AddRange(device.HasForeignUdid ? ["udid_mismatch", "clone_disk"] : Array.Empty<string>());
            words.AddRange(device.IsThin ? ["thinrclm"] : Array.Empty<string>());
        }

        return string.Join(' ', words);
    }

    /// <summary>The flags line of the long form.</summary>
    public static string Flags(DeviceView device)
    {
        switch (device.Status)
        {
            case DeviceStatus.Error:
                return "error private autoconfig";
            case DeviceStatus.Offline:
                return "offline private autoconfig";
            case DeviceStatus.OnlineInvalid:
                return "online ready private autoconfig invalid";
            default:
                List<string> flags = ["online", "ready", "private", "autoconfig"];
                flags.Add(device.Header is { IsNoAutoImport: true } ? "noautoimport" : "autoimport");
                flags.AddRange(device.IsImported ? ["imported"] : Array.Empty<string>());
                flags.AddRange(device.RecordWords);
                flags.AddRange(device.HasForeignUdid ? ["udid_mismatch", "clone_disk"] : Array.Empty<string>());
                flags.AddRange(device.IsThin ? ["thinrclm"] : Array.Empty<string>());
                return string.Join(' ', flags);
        }
    }
}
