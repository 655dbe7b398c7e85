using VolMgr.Volumes;

namespace VolMgr.Commands.Vxdg;

/// <summary>Operands of the form <c>[diskname=]device</c>.</summary>
internal static class DiskOperands
{
    /// <summary>Reads them; a device without a disk name lends its own.</summary>
    public static Outcome<IReadOnlyList<(string Media, string Device)>> Parse(IEnumerable<string> operands)
    {
        List<(string Media, string Device)> disks = [];
        foreach (string operand in operands)
        {
            int equals = operand.IndexOf('=');
            string media = equals < 0 ? operand : operand[..equals];
            string device = operand[(equals + 1)..];
            if (media.Length == 0 || device.Length == 0)
            {
                return new Refusal(ErrorCode.Usage, $"{operand}: Expected [diskname=]device");
            }

            disks.Add((media, device));
        }

        return disks;
    }
}
