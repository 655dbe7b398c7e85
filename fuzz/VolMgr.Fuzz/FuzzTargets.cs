using VolMgr.Fuzz.Targets;

namespace VolMgr.Fuzz;

/// <summary>All targets.</summary>
internal static class FuzzTargets
{
    public static IReadOnlyList<IFuzzTarget> All { get; } =
    [
        new HandshakeTarget(), new TransmissionTarget(), new OptionsTarget(), .. NbdClientTargets.All,
        .. OnDiskTargets.All, .. RecordTargets.All, .. ArrayTargets.All, .. ScsiTargets.All, .. HostFileTargets.All,
        .. WordTargets.All, .. CommandTargets.All, .. ProgramTargets.All,
    ];

    public static IFuzzTarget? Find(string name) => All.FirstOrDefault(target => target.Name == name);
}
