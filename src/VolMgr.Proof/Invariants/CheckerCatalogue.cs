namespace VolMgr.Proof.Invariants;

/// <summary>All invariants, by number.</summary>
internal static class CheckerCatalogue
{
    /// <summary>Fresh ones of those that need nothing but what clients ask and are answered.</summary>
    public static IReadOnlyList<Checker> OfClients() =>
    [
        new ReadInvariants.LinearizableReads(),
        new DurabilityInvariants.FlushDurability(),
        new ReadInvariants.OldOrNew(),
        new ReadInvariants.ReadStability(),
        new ReadInvariants.ZeroMeansZero(),
        new ErrorInvariants.Liveness(),
    ];

    /// <summary>A fresh checker for each of them.</summary>
    public static IReadOnlyList<Checker> Create() =>
    [
        new ReadInvariants.LinearizableReads(),
        new SyncInvariants.NothingUnsynced(),
        new SyncInvariants.QuiescentIdentity(),
        new WrittenOrMarked(),
        new DurabilityInvariants.DirtyBeforeDivergence(),
        new DurabilityInvariants.ClearOnlyWhenClean(),
        new DurabilityInvariants.FlushDurability(),
        new ReadInvariants.OldOrNew(),
        new ReadInvariants.ReadStability(),
        new PlexInvariants.NoResurrection(),
        new CopyInvariants.AbortIsNeutral(),
        new ConfigurationInvariants.EachSurvivorIsComplete(),
        new ConfigurationInvariants.AtomicChange(),
        new PlexInvariants.ExactExtent(),
        new ConfigurationInvariants.LengthOnDemand(),
        new ReadInvariants.ZeroMeansZero(),
        new ErrorConfinement(),
        new ErrorInvariants.FirstErrorSticks(),
        new DurabilityInvariants.RecordedBeforeAcknowledged(),
        new DurabilityInvariants.FailedFlushKeepsDebt(),
        new CopyInvariants.HonestProgress(),
        new CopyInvariants.BoundedWork(),
        new ErrorInvariants.Liveness(),
        new PaceInvariants.Fairness(),
        new CopyInvariants.BoundedMemory(),
        new ConfigurationInvariants.BoundToIdentity(),
        new ConfigurationInvariants.SerialAdministration(),
        new CopyInvariants.TrackersAreIndependent(),
        new CopyInvariants.RestartIsSound(),
        new ErrorInvariants.NoGhosts(),
        new PlexInvariants.BufferStability(),
        new PlexInvariants.SameOrder(),
        new ErrorInvariants.GateIsRestored(),
        new ErrorInvariants.Accounting(),
        new DurabilityInvariants.MetadataAtomicity(),
        new ConfigurationInvariants.Placement(),
    ];
}
