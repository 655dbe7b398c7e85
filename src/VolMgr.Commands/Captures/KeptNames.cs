using VolMgr.Volumes;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Hosts;

namespace VolMgr.Commands.Captures;

/// <summary>Records that were imported and are not built here (RAID-5, snapshots, volume sets, caches): commands that
/// would change them are refused by name.</summary>
internal static class KeptNames
{
    private static readonly HashSet<string> Changing = new(StringComparer.Ordinal)
    {
        "vxassist", "vxplex", "vxsd", "vxvol", "vxmend", "vxedit", "vxsnap", "vxresize", "vxmirror", "vxrecover",
    };

    /// <summary>Why a command line is refused; null where it names no such record.</summary>
    public static async Task<Refusal?> RefuseAsync(VolumeHost host, CommandRequest request, IReadOnlyList<string> words)
    {
        if (words.Count == 0 || !Changing.Contains(request.Name))
        {
            return null;
        }

        IReadOnlyDictionary<string, CapturedGroup> imported = await ImportedCaptures.ReadAsync(host);
        foreach (DiskGroup group in host.Groups.Where(group => imported.ContainsKey(group.GroupId)))
        {
            foreach (string[] fields in imported[group.GroupId].Kept
                .Select(line => line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)))
            {
                if (fields is [var type, var name, ..] && words.Contains(name)
                    && group.Current.FindObject(name) is null)
                {
                    return new Refusal(
                        ErrorCode.Unsupported,
                        $"{name}: This {type} record was imported and is only kept; VolMgr cannot change it");
                }
            }
        }

        return null;
    }
}
