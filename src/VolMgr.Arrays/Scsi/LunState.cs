using VolMgr.Arrays.Faults;

namespace VolMgr.Arrays.Scsi;

/// <summary>What a LUN's array says to a command before it looks at the medium.</summary>
internal enum LunAnswer
{
    /// <summary>Go on.</summary>
    Good = 1,

    /// <summary>The controller behind this port does not own the LUN.</summary>
    NotOwner = 2,

    /// <summary>Hosts are registered: whether the command may go on depends on who sends it.</summary>
    Guarded = 3,
}

/// <summary>
/// The state of one LUN in its array, shared by all hosts: the owning controller of an active/passive array. An array
/// whose LUNs move by themselves (A/P) moves one when a command arrives at the other controller; one with explicit
/// failover (A/PF) answers NOT READY there until it is told to.
/// </summary>
internal sealed class LunState(string name, bool isThin, ArrayAccess access, int ownerGroup)
{
    /// <summary>What a move to the other controller takes.</summary>
    public static readonly TimeSpan TrespassTime = TimeSpan.FromMilliseconds(200);

    private const ulong ForeignKey = 0x464F524549474E;

    private static readonly Nexus Foreign = new("", "", 0);

    private readonly Lock changing = new();
    private bool isForeign;
    private long trespassCount;
    private volatile int owner = ownerGroup;

    private volatile LunFault[] faults = [];

    /// <summary>Lab name of the LUN.</summary>
    public string Name => name;

    /// <summary>Whether its array allocates space on the first write.</summary>
    public bool IsThin => isThin;

    /// <summary>The faults on it, in the order of injection.</summary>
    public LunFault[] Faults
    {
        get => faults;
        set => faults = value;
    }

    public ArrayAccess Access => access;

    /// <summary>Target port group of the owning controller; 0 where all own it.</summary>
    public int Owner => owner;

    public long TrespassCount => Interlocked.Read(ref trespassCount);

    /// <summary>Whether nothing can stand between a command and the medium.</summary>
    public bool IsPlain => !IsActivePassive && !Reservations.IsActive;

    /// <summary>Whether one controller owns the LUN.</summary>
    public bool IsActivePassive =>
        access is ArrayAccess.ActivePassive or ArrayAccess.ActivePassiveExplicit;

    /// <summary>Registrations and reservation.</summary>
    public LunReservations Reservations { get; } = new();

    /// <summary>What a command through a port of that group meets.</summary>
    public LunAnswer Check(int portGroup) => IsActivePassive && owner != portGroup ? LunAnswer.NotOwner
        : Reservations.IsActive ? LunAnswer.Guarded
        : LunAnswer.Good;

    /// <summary>A host outside of the lab takes a reservation, or gives it up.</summary>
    public void SetForeignReservation(bool isHeld)
    {
        if (isHeld == isForeign)
        {
            return;
        }

        isForeign = isHeld;
        Reservations.Register(Foreign, 0, isHeld ? ForeignKey : 0, ignoresExisting: true, persist: true);
        if (isHeld)
        {
            Reservations.Reserve(Foreign, ForeignKey, ReservationType.WriteExclusiveRegistrantsOnly);
        }
    }

    /// <summary>The LUN moves to the controller of that group; false when it was there.</summary>
    public bool MoveTo(int portGroup)
    {
        lock (changing)
        {
            if (owner == portGroup)
            {
                return false;
            }

            owner = portGroup;
            Interlocked.Increment(ref trespassCount);
            return true;
        }
    }
}
