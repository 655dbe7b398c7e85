using VolMgr.Arrays.Multipath;
using VolMgr.Arrays.Scsi;

namespace VolMgr.Arrays;

/// <summary>
/// PERSISTENT RESERVE of a LUN as a host with multipathing sends it: a registration covers every path of the node, and
/// paths that appear later are registered with the same key before they carry I/O.
/// </summary>
public sealed class NodeReservations
{
    private readonly MultipathDevice device;

    internal NodeReservations(MultipathDevice device) => this.device = device;

    private LunReservations Lun => device.State.Reservations;

    /// <summary>
    /// REGISTER on every path: the new key for paths that had <paramref name="key"/> (0: for those without). With
    /// <paramref name="ignoresExisting"/> whatever they had. A new key of 0 takes the registrations away.
    /// </summary>
    public ReservationAnswer Register(ulong key, ulong newKey, bool ignoresExisting = false, bool persist = false)
    {
        IReadOnlyList<Nexus> all = device.Nexuses;
        if (all.Count == 0 || !device.HasEnabledPath)
        {
            return ReservationAnswer.NotReachable;
        }

        foreach (Nexus nexus in all)
        {
            ReservationAnswer answer = Lun.Register(nexus, key, newKey, ignoresExisting, persist);
            if (answer != ReservationAnswer.Good)
            {
                return answer;
            }
        }

        device.RegisteredKey = newKey;
        return Told(ReservationAnswer.Good);
    }

    /// <summary>RESERVE.</summary>
    public ReservationAnswer Reserve(ulong key, ReservationType type) =>
        OnPath(nexus => Lun.Reserve(nexus, key, type));

    /// <summary>RELEASE.</summary>
    public ReservationAnswer Release(ulong key, ReservationType type) =>
        Told(device.Nexuses.Aggregate(
            ReservationAnswer.NotReachable,
            (answer, nexus) => answer is ReservationAnswer.Conflict or ReservationAnswer.Invalid
                ? answer
                : Lun.Release(nexus, key, type)));

    /// <summary>CLEAR.</summary>
    public ReservationAnswer Clear(ulong key) => OnPath(nexus => Lun.Clear(nexus, key));

    /// <summary>PREEMPT: ejects the hosts that registered the victim's key, on all their paths at once.</summary>
    public ReservationAnswer Preempt(ulong key, ulong victim, ReservationType type) =>
        OnPath(nexus => Lun.Preempt(nexus, key, victim, type, out _));

    /// <summary>
    /// PREEMPT AND ABORT: as <see cref="Preempt"/>, and when it returns no command of those hosts is under way.
    /// </summary>
    public async Task<ReservationAnswer> PreemptAndAbortAsync(ulong key, ulong victim, ReservationType type)
    {
        IReadOnlyList<string> ejected = [];
        ReservationAnswer answer = OnPath(nexus => Lun.Preempt(nexus, key, victim, type, out ejected));
        if (answer == ReservationAnswer.Good)
        {
            await Lun.DrainAsync(ejected);
        }

        return answer;
    }

    /// <summary>READ KEYS, as the bytes of its parameter data.</summary>
    public byte[] ReadKeys() => Lun.ReadKeys();

    /// <summary>READ RESERVATION, as the bytes of its parameter data.</summary>
    public byte[] ReadReservation() => Lun.ReadReservation();

    private ReservationAnswer OnPath(Func<Nexus, ReservationAnswer> command) =>
        device.Nexuses is [var first, ..] && device.HasEnabledPath
            ? Told(command(first))
            : ReservationAnswer.NotReachable;

    /// <summary>What has changed lasts before the answer is given.</summary>
    private ReservationAnswer Told(ReservationAnswer answer)
    {
        Lun.Tell();
        return answer;
    }
}
