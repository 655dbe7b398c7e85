using VolMgr.Arrays;
using VolMgr.Cli.Labs;

namespace VolMgr.Cli.Virtual;

/// <summary>What has no place in a virtual-time lab, refused by name with the way out.</summary>
internal static class VirtualRules
{
    private static readonly Dictionary<string, string> refusedVerbs = new(StringComparer.Ordinal)
    {
        ["host"] = "its hosts boot for each command and go down after it; 'volmgr rehearse --crashes N' crashes them",
        ["lun"] = "hide a LUN by 'unpresented' in its lab.yaml",
    };

    /// <summary>Whether a lab is one; a look at its folder, since every vx* command asks.</summary>
    public static bool IsVirtual(LabPaths lab) => Directory.Exists(lab.VirtualFolder);

    /// <summary>Refuses what needs a lab in real time.</summary>
    /// <param name="lab">The lab.</param>
    /// <param name="what">What was asked for, such as volmgr serve.</param>
    /// <param name="instead">What to do instead.</param>
    public static void RequireReal(LabPaths lab, string what, string instead)
    {
        if (IsVirtual(lab))
        {
            throw Refuse(lab, what, instead);
        }
    }

    /// <summary>Refuses the commands that a virtual-time lab does not have.</summary>
    public static void RefuseCommand(LabPaths lab, string name, IReadOnlyList<string> arguments)
    {
        if (refusedVerbs.TryGetValue(name, out string? instead))
        {
            throw Refuse(lab, $"volmgr {name}", instead);
        }

        if (name == "migrate" && arguments.Contains("--background", StringComparer.Ordinal))
        {
            throw Refuse(
                lab, "volmgr migrate --background", "time passes only while a command runs, so leave it out");
        }
    }

    /// <summary>Refuses a topology that a virtual-time lab cannot have.</summary>
    public static void Check(LabTopology topology, string? template)
    {
        if (!topology.IsVirtual)
        {
            return;
        }

        if (LunBacking.AtServers(topology) is [{ } lun, ..])
        {
            throw UserErrorException.Refused(
                $"LUN {lun.Name} is at {lun.Backing}, and servers do not live in virtual time; leave its backing out");
        }

        if (string.Equals(template, LabTemplates.Populated, StringComparison.Ordinal))
        {
            throw UserErrorException.Refused(
                $"template {LabTemplates.Populated} is for real-time labs; take {LabTemplates.Modelled}, then "
                + "vxdisksetup, vxdg init and vxassist make");
        }
    }

    private static UserErrorException Refuse(LabPaths lab, string what, string instead) =>
        UserErrorException.Refused($"{what} does not work in lab {lab.Root}, whose time is virtual: {instead}");
}
