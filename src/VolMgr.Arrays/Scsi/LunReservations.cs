using System.Buffers.Binary;

namespace VolMgr.Arrays.Scsi;

/// <summary>One way into a LUN (I_T nexus): an initiator port of a host and a target port of the array.</summary>
internal readonly record struct Nexus(string Host, string Controller, int Port);

/// <summary>
/// The SCSI-3 persistent reservations of one LUN (SPC-4, 5.12): registered keys by nexus, at most one reservation.
/// </summary>
/// <remarks>
/// Every change of registrations moves the generation on. A reservation for all registrants is held by each of them
/// and ends with the last one; any other is held by one nexus and ends with its registration. Registrations made with
/// <c>persist</c> survive a loss of the array's power, and so does their reservation; the newest registration decides
/// for all, as the bit is one for the LUN. Thread-safe.
/// </remarks>
internal sealed partial class LunReservations
{
    private readonly Lock changing = new();
    private readonly SortedDictionary<Nexus, ulong> keys = new(Comparer<Nexus>.Create(Compare));
    private readonly Dictionary<string, int> inFlight = new(StringComparer.Ordinal);
    private readonly List<(HashSet<string> Hosts, TaskCompletionSource Done)> drains = [];
    private Nexus? holder;
    private ReservationType? type;
    private uint generation;
    private bool isPersistent;
    private volatile bool isActive;
    private volatile bool isUntold;

    /// <summary>Told of changes by <see cref="Tell"/>.</summary>
    public Action? OnChange { get; set; }

    /// <summary>Tells of changes since it was called last; whoever makes one calls it before answering.</summary>
    public void Tell()
    {
        if (isUntold)
        {
            isUntold = false;
            OnChange?.Invoke();
        }
    }

    /// <summary>Whether there is any registration: commands have to be checked.</summary>
    public bool IsActive => isActive;

    /// <summary>REGISTER, or REGISTER AND IGNORE EXISTING KEY; a new key of 0 takes the registration away.</summary>
    public ReservationAnswer Register(Nexus nexus, ulong key, ulong newKey, bool ignoresExisting, bool persist)
    {
        lock (changing)
        {
            bool isRegistered = keys.TryGetValue(nexus, out ulong known);
            if (!ignoresExisting && (isRegistered ? known != key : key != 0))
            {
                return ReservationAnswer.Conflict;
            }

            if (newKey == 0)
            {
                RemoveUnsynchronized(nexus);
            }
            else
            {
                keys[nexus] = newKey;
            }

            isPersistent = persist;
            ChangedUnsynchronized();
            return ReservationAnswer.Good;
        }
    }

    /// <summary>
    /// A new path of a host that is registered with that key on another one is registered too; one of a host that was
    /// ejected is not.
    /// </summary>
    public void TryJoin(Nexus nexus, ulong key)
    {
        lock (changing)
        {
            if (!keys.ContainsKey(nexus) && keys.Any(item => item.Key.Host == nexus.Host && item.Value == key))
            {
                keys.Add(nexus, key);
                ChangedUnsynchronized();
            }
        }
    }

    /// <summary>RESERVE.</summary>
    public ReservationAnswer Reserve(Nexus nexus, ulong key, ReservationType wanted)
    {
        lock (changing)
        {
            if (!IsRegisteredUnsynchronized(nexus, key))
            {
                return ReservationAnswer.Conflict;
            }

            if (type is { } held)
            {
                return held == wanted && IsHolderUnsynchronized(nexus)
                    ? ReservationAnswer.Good
                    : ReservationAnswer.Conflict;
            }

            (holder, type) = (nexus, wanted);
            isUntold = true;
            return ReservationAnswer.Good;
        }
    }

    /// <summary>RELEASE; nothing happens when the nexus does not hold the reservation.</summary>
    public ReservationAnswer Release(Nexus nexus, ulong key, ReservationType wanted)
    {
        lock (changing)
        {
            if (!IsRegisteredUnsynchronized(nexus, key))
            {
                return ReservationAnswer.Conflict;
            }

            if (type is { } held && IsHolderUnsynchronized(nexus))
            {
                if (held != wanted)
                {
                    return ReservationAnswer.Invalid;
                }

                (holder, type) = (null, null);
                isUntold = true;
            }

            return ReservationAnswer.Good;
        }
    }

    /// <summary>CLEAR: no registration and no reservation is left.</summary>
    public ReservationAnswer Clear(Nexus nexus, ulong key)
    {
        lock (changing)
        {
            if (!IsRegisteredUnsynchronized(nexus, key))
            {
                return ReservationAnswer.Conflict;
            }

            keys.Clear();
            (holder, type) = (null, null);
            ChangedUnsynchronized();
            return ReservationAnswer.Good;
        }
    }

    /// <summary>
    /// PREEMPT: takes every registration with the victim's key away, on all paths at once, and the reservation if that
    /// key held it. The hosts that lost a registration come back, for PREEMPT AND ABORT.
    /// </summary>
    public ReservationAnswer Preempt(
        Nexus nexus, ulong key, ulong victim, ReservationType wanted, out IReadOnlyList<string> ejected)
    {
        ejected = [];
        lock (changing)
        {
            if (!IsRegisteredUnsynchronized(nexus, key))
            {
                return ReservationAnswer.Conflict;
            }

            bool isForAll = type is { } held && IsForAll(held);
            if (victim == 0 && !isForAll)
            {
                return ReservationAnswer.Invalid;
            }

            bool takesReservation = isForAll
                ? victim == 0
                : holder is { } one && keys.TryGetValue(one, out ulong held1) && held1 == victim;
            List<Nexus> victims = [.. keys
                .Where(item => item.Key != nexus && (item.Value == victim || (isForAll && victim == 0)))
                .Select(item => item.Key)];
            if (victims.Count == 0 && !takesReservation)
            {
                return ReservationAnswer.Conflict;
            }

            foreach (Nexus each in victims)
            {
                RemoveUnsynchronized(each);
            }

            if (takesReservation)
            {
                (holder, type) = (nexus, wanted);
            }

            ejected = [.. victims.Select(each => each.Host).Distinct()];
            ChangedUnsynchronized();
            return ReservationAnswer.Good;
        }
    }

    /// <summary>Whether a command may go on.</summary>
    public bool Admits(Nexus nexus, bool isWrite)
    {
        lock (changing)
        {
            if (type is not { } held)
            {
                return true;
            }

            return held switch
            {
                ReservationType.WriteExclusive => !isWrite || holder == nexus,
                ReservationType.ExclusiveAccess => holder == nexus,
                ReservationType.WriteExclusiveRegistrantsOnly or ReservationType.WriteExclusiveAllRegistrants =>
                    !isWrite || keys.ContainsKey(nexus),
                ReservationType.ExclusiveAccessRegistrantsOnly or ReservationType.ExclusiveAccessAllRegistrants =>
                    keys.ContainsKey(nexus),
            };
        }
    }

    /// <summary>A command that may go on is under way; false when it may not.</summary>
    public bool TryEnter(Nexus nexus, bool isWrite)
    {
        lock (changing)
        {
            if (!Admits(nexus, isWrite))
            {
                return false;
            }

            inFlight[nexus.Host] = inFlight.GetValueOrDefault(nexus.Host) + 1;
            return true;
        }
    }

    /// <summary>The command has ended.</summary>
    public void Leave(Nexus nexus)
    {
        List<TaskCompletionSource> done = [];
        lock (changing)
        {
            inFlight[nexus.Host]--;
            done.AddRange(drains.Where(drain => IsIdleUnsynchronized(drain.Hosts)).Select(drain => drain.Done));
            drains.RemoveAll(drain => IsIdleUnsynchronized(drain.Hosts));
        }

        foreach (TaskCompletionSource each in done)
        {
            each.SetResult();
        }
    }

    /// <summary>Ends when no command of these hosts is under way: what was ejected cannot write any more.</summary>
    public Task DrainAsync(IEnumerable<string> hosts)
    {
        HashSet<string> waitedFor = [.. hosts];
        lock (changing)
        {
            if (IsIdleUnsynchronized(waitedFor))
            {
                return Task.CompletedTask;
            }

            TaskCompletionSource source = new(TaskCreationOptions.RunContinuationsAsynchronously);
            drains.Add((waitedFor, source));
            return source.Task;
        }
    }

    /// <summary>PERSISTENT RESERVE IN, READ KEYS: generation, length, keys; all big-endian.</summary>
    public byte[] ReadKeys()
    {
        lock (changing)
        {
            byte[] bytes = new byte[8 + (8 * keys.Count)];
            BinaryPrimitives.WriteUInt32BigEndian(bytes, generation);
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(4), 8 * keys.Count);
            int offset = 8;
            foreach (ulong key in keys.Values)
            {
                BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(offset), key);
                offset += 8;
            }

            return bytes;
        }
    }

    /// <summary>
    /// PERSISTENT RESERVE IN, READ RESERVATION: generation, length 0 or 16, the holder's key (0 for all registrants),
    /// and in byte 21 scope 0 (the LUN) and type.
    /// </summary>
    public byte[] ReadReservation()
    {
        lock (changing)
        {
            byte[] bytes = new byte[type is null ? 8 : 24];
            BinaryPrimitives.WriteUInt32BigEndian(bytes, generation);
            if (type is { } held)
            {
                ulong key = IsForAll(held) || holder is not { } one ? 0 : keys.GetValueOrDefault(one);
                BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(4), 16);
                BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(8), key);
                bytes[21] = (byte)held;
            }

            return bytes;
        }
    }

    /// <summary>The array lost its power: what was not registered to persist is gone.</summary>
    public void LosePower()
    {
        lock (changing)
        {
            if (!isPersistent)
            {
                keys.Clear();
                (holder, type) = (null, null);
                generation = 0;
                isActive = false;
                isUntold = true;
            }
        }
    }

    private static bool IsForAll(ReservationType type) => type is ReservationType.WriteExclusiveAllRegistrants
        or ReservationType.ExclusiveAccessAllRegistrants;

    private static int Compare(Nexus left, Nexus right)
    {
        int host = string.CompareOrdinal(left.Host, right.Host);
        int controller = string.CompareOrdinal(left.Controller, right.Controller);
        return host != 0 ? host : controller != 0 ? controller : left.Port.CompareTo(right.Port);
    }

    private bool IsRegisteredUnsynchronized(Nexus nexus, ulong key) =>
        keys.TryGetValue(nexus, out ulong known) && known == key;

    private bool IsHolderUnsynchronized(Nexus nexus) =>
        type is { } held && (IsForAll(held) ? keys.ContainsKey(nexus) : holder == nexus);

    private bool IsIdleUnsynchronized(HashSet<string> hosts) =>
        hosts.All(host => inFlight.GetValueOrDefault(host) == 0);

    private void RemoveUnsynchronized(Nexus nexus)
    {
        keys.Remove(nexus);
        if (type is { } held && (IsForAll(held) ? keys.Count == 0 : holder == nexus))
        {
            (holder, type) = (null, null);
        }
    }

    private void ChangedUnsynchronized()
    {
        generation++;
        isActive = keys.Count > 0;
        isUntold = true;
    }
}
