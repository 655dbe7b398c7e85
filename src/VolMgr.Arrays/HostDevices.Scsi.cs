using VolMgr.Arrays.Discovery;
using VolMgr.Arrays.Scsi;

namespace VolMgr.Arrays;

/// <summary>A question that a device answers with bytes.</summary>
public enum ScsiQuestion
{
    /// <summary>INQUIRY, standard data.</summary>
    Inquiry = 1,

    /// <summary>INQUIRY, a page of vital product data.</summary>
    Page = 2,

    /// <summary>READ CAPACITY (16).</summary>
    Capacity = 3,

    /// <summary>REPORT LUNS of the target behind the path.</summary>
    Luns = 4,

    /// <summary>REPORT TARGET PORT GROUPS.</summary>
    PortGroups = 5,
}

/// <summary>What devices answer, as bytes.</summary>
public sealed partial class HostDevices
{
    /// <summary>
    /// Asks a device over its first enabled path; null when it does not answer that (CHECK CONDITION, illegal request)
    /// or no path works.
    /// </summary>
    public byte[]? Ask(DmpNode node, ScsiQuestion question, byte page = 0)
    {
        lock (discovering)
        {
            DevicePath? path = node.Paths.FirstOrDefault(each => each.State == PathState.Enabled);
            if (Seen().FirstOrDefault(each => each.OsName == path?.Name) is not { } seen)
            {
                return null;
            }

            EmulatedLun lun = new(seen.Array, seen.Lun);
            return question switch
            {
                ScsiQuestion.Inquiry => lun.Standard(),
                ScsiQuestion.Page => lun.Page(page, seen.Port),
                ScsiQuestion.Capacity => lun.Capacity(),
                ScsiQuestion.Luns => EmulatedLun.ReportLuns(BehindSameTarget(seen)),
                ScsiQuestion.PortGroups => lun.PortGroups(arrays.OwnerOf(seen.Array, seen.Lun)),
            };
        }
    }

    private IEnumerable<LunTopology> BehindSameTarget(SeenPath path) => Seen()
        .Where(each => each.Controller == path.Controller && each.Array.Name == path.Array.Name
            && each.Port == path.Port)
        .Select(each => each.Lun);
}
