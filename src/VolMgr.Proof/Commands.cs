namespace VolMgr.Proof;

/// <summary>Commands that are given at the same time.</summary>
internal static class Commands
{
    /// <summary>The two commands of a race. Places that are equal mean one plex.</summary>
    public static (Operation One, Operation Other) Racing(Operation race)
    {
        (OperationKind one, OperationKind other, int apart) = (race.Size % 7) switch
        {
            0 => (OperationKind.Remove, OperationKind.Remove, 0),
            1 => (OperationKind.Detach, OperationKind.Remove, 0),
            2 => (OperationKind.Attach, OperationKind.Attach, 0),
            3 => (OperationKind.Remove, OperationKind.Remove, 1),
            4 => (OperationKind.Detach, OperationKind.Detach, 1),
            5 => (OperationKind.Attach, OperationKind.Remove, 0),
            _ => (OperationKind.Abort, OperationKind.Remove, 1),
        };
        return (new Operation(one, race.Place, race.Size / 7), new Operation(other, race.Place + apart, race.Size / 7));
    }
}
