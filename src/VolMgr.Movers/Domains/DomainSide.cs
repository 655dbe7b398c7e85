namespace VolMgr.Movers.Domains;

/// <summary>What one control domain has recorded of a domain that is being migrated.</summary>
public enum DomainSide
{
    /// <summary>Nothing: it does not have the domain.</summary>
    None = 1,

    /// <summary>The domain is its own: it runs here, or can (bound, inactive).</summary>
    Owner = 2,

    /// <summary>Target only: the frame of the domain is made and takes run-time state.</summary>
    Receiving = 3,

    /// <summary>Target only: everything has arrived.</summary>
    Installed = 4,

    /// <summary>Source only: given away for ever; it must not run here any more.</summary>
    HandedOver = 5,
}

/// <summary>Where control domains record it, durably, each its own.</summary>
internal interface IDomainRecords
{
    /// <summary>What the source has recorded.</summary>
    DomainSide Source { get; }

    /// <summary>What the target has recorded.</summary>
    DomainSide Target { get; }

    /// <summary>Records at the source; false when it could not be made durable.</summary>
    ValueTask<bool> SetSourceAsync(DomainSide side);

    /// <summary>Records at the target; false when it could not be made durable.</summary>
    ValueTask<bool> SetTargetAsync(DomainSide side);
}

/// <summary>The managers' recovery command: after a fault at any point exactly one side has the domain.</summary>
/// <remarks>
/// The table. HandedOver decides: before it the source has the domain, after it the target, which had recorded
/// everything as installed before.
/// <code>
/// source        target                     recovered to
/// Owner         any                        source; the target's frame is removed
/// HandedOver    Installed, Owner           target; the source's rest is destroyed
/// None          Owner                      target, nothing to do
/// </code>
/// </remarks>
internal static class DomainRecovery
{
    /// <summary>Recovers; false when a record could not be written: ask again.</summary>
    public static async ValueTask<bool> RunAsync(IDomainRecords records)
    {
        if (records.Source == DomainSide.Owner)
        {
            return records.Target == DomainSide.None || await records.SetTargetAsync(DomainSide.None);
        }

        return (records.Target == DomainSide.Owner || await records.SetTargetAsync(DomainSide.Owner))
            && (records.Source == DomainSide.None || await records.SetSourceAsync(DomainSide.None));
    }
}
