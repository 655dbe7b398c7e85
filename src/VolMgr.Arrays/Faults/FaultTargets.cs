namespace VolMgr.Arrays.Faults;

/// <summary>Whether a target names something of the lab.</summary>
public static class FaultTargets
{
    /// <summary>Null when it does, else a sentence.</summary>
    internal static string? Check(LabTopology lab, FaultPlace place, string target)
    {
        string[] parts = target.Split(':');
        bool isKnown = place switch
        {
            FaultPlace.Lun => lab.FindLun(target) is not null,
            FaultPlace.Array => lab.Arrays.Any(array => array.Name == target),
            FaultPlace.Host => lab.FindHost(target) is not null,
            FaultPlace.Lab => target == "lab",
            FaultPlace.Port => parts.Length == 2 && int.TryParse(parts[1], out int port)
                && lab.Arrays.Any(array => array.Name == parts[0] && port >= 1 && port <= array.PortCount),
            FaultPlace.Controller => parts.Length == 2
                && lab.FindHost(parts[0])?.Hbas.Any(hba => hba.Controller == parts[1]) == true,
            FaultPlace.Path => parts.Length == 2 && lab.FindHost(parts[0]) is not null
                && parts[1].StartsWith("sd", StringComparison.Ordinal),
        };
        return isKnown ? null : $"{target}: there is no such target in the lab; expected {Example(place)}";
    }

    /// <summary>What a target of that place looks like.</summary>
    public static string Example(FaultPlace place) => place switch
    {
        FaultPlace.Path => "a host and a path, such as host1:sdb",
        FaultPlace.Controller => "a host and a controller, such as host1:c2",
        FaultPlace.Port => "an array and a port, such as emc0:1",
        FaultPlace.Array => "an array, such as emc0",
        FaultPlace.Lun => "a LUN, such as emc0/01f4",
        FaultPlace.Host => "a host, such as host1",
        FaultPlace.Lab => "lab",
    };
}
