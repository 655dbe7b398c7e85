using VolMgr.Arrays.Multipath;

namespace VolMgr.Arrays.Faults;

/// <summary>The faults that are a way's: which paths they meet, and what they do to them.</summary>
internal static class PathFaults
{
    /// <summary>What the fault does to paths; null when it is of another kind.</summary>
    public static PathTrouble? TroubleOf(LabFault fault)
    {
        string name = fault.Definition.Name;
        if (!IsOnWays(fault))
        {
            return null;
        }

        return name[(name.LastIndexOf('-') + 1)..] switch
        {
            "down" => PathTrouble.LinkDown,
            "hang" => PathTrouble.Hang,
            "slow" => PathTrouble.Slow(TimeSpan.FromMilliseconds(int.Parse(fault.Values["ms"]))),
            "busy" => PathTrouble.Busy(int.Parse(fault.Values["count"])),
            _ => null,
        };
    }

    public static bool Meets(LabFault fault, string host, DevicePath path) => IsOnWays(fault)
        && fault.Target == fault.Definition.Place switch
        {
            FaultPlace.Path => $"{host}:{path.Name}",
            FaultPlace.Controller => $"{host}:{path.Controller}",
            FaultPlace.Port => $"{path.ArrayName}:{path.Port}",
            FaultPlace.Array => path.ArrayName,
            FaultPlace.Lun or FaultPlace.Host or FaultPlace.Lab => "",
        };

    private static bool IsOnWays(LabFault fault) => fault.Definition.Name is
        "path-down" or "path-hang" or "path-slow" or "path-busy"
        or "controller-down" or "controller-hang" or "controller-slow" or "controller-busy"
        or "port-down" or "port-hang" or "port-slow" or "port-busy"
        or "array-down" or "array-hang" or "array-slow" or "array-busy";
}
