namespace VolMgr.Migration;

/// <summary>
/// Where a migration stands. Every state up to <see cref="Verifying"/> can be aborted without a trace.
/// </summary>
public enum MigrationState
{
    /// <summary>Requested; nothing was changed.</summary>
    Planned = 1,

    /// <summary>Target disks are initialised and join the group.</summary>
    Preparing = 2,

    /// <summary>New plexes are attached and copied.</summary>
    Copying = 3,

    /// <summary>Both sides are complete; waiting for <c>volmgr migrate finish</c>.</summary>
    Mirrored = 4,

    /// <summary>All plexes are ACTIVE and are compared.</summary>
    Verifying = 5,

    /// <summary>Old plexes and logs go.</summary>
    Detaching = 6,

    /// <summary>Emptied old disks leave the group.</summary>
    Removing = 7,

    /// <summary>Finished.</summary>
    Done = 8,

    /// <summary>Stopped by an error; <c>volmgr migrate resume</c> goes on, <c>abort</c> backs out.</summary>
    Failed = 9,

    /// <summary>Backed out on request: as if it had never begun.</summary>
    Aborted = 10,
}
