using VolMgr.Blocks;
using VolMgr.Simulation;
using VolMgr.Volumes.InputOutput;

namespace VolMgr.Proof.Mutants;

/// <summary>Rule 9: an error is an error; a target is never read; the last good plex is never failed out.</summary>
internal static class Rule09Errors
{
    /// <summary>A plex that is being attached serves reads.</summary>
    internal sealed class TargetIsRead(Simulator simulator) : JitteredSteps(simulator)
    {
        public override bool IsReadable(PlexMember member) => !member.Device.IsFaulted;
    }

    /// <summary>A copy goes on over errors of its target.</summary>
    internal sealed class TargetErrorsIgnored(Simulator simulator) : JitteredSteps(simulator)
    {
        public override IoStatus JudgeTarget(IoStatus status) => IoStatus.Success;
    }

    /// <summary>A copy goes on over what it could not read.</summary>
    internal sealed class SourceErrorsIgnored(Simulator simulator) : JitteredSteps(simulator)
    {
        public override IoStatus JudgeSource(IoStatus status) => IoStatus.Success;
    }

    /// <summary>The last complete plex is given up like any other.</summary>
    internal sealed class LastPlexGivenUp(Simulator simulator) : JitteredSteps(simulator)
    {
        public override bool IsLastComplete(PlexSet plexes, PlexMember member) => false;
    }
}
