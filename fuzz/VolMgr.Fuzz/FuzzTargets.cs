using VolMgr.Fuzz.Targets;

namespace VolMgr.Fuzz;

/// <summary>All targets.</summary>
internal static class FuzzTargets
{
    public static IReadOnlyList<IFuzzTarget> All { get; } =
        [new HandshakeTarget(), new TransmissionTarget(), new OptionsTarget()];
}
