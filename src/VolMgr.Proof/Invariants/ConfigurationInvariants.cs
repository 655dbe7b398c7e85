using VolMgr.Proof.Histories;

namespace VolMgr.Proof.Invariants;

/// <summary>What the durable configuration may say, and what depends on it.</summary>
internal static class ConfigurationInvariants
{
    /// <summary>Whenever the set of readable plexes changes, each of those that stay or come holds everything that was
    /// acknowledged.</summary>
    internal sealed class EachSurvivorIsComplete() : Checker(12, "detach and switch safety")
    {
        private string before = "";

        public override void Observe(HistoryEvent happened, HistoryState state)
        {
            if (happened is Crashed)
            {
                before = "";
            }
            else if (happened is Committed committed)
            {
                string after = string.Join(
                    ' ', committed.View.Plexes.Where(plex => plex.IsReadable).Select(plex => plex.Name));
                if (after != before && before.Length > 0)
                {
                    Compare(state);
                }

                before = after;
            }
        }

        private void Compare(HistoryState state)
        {
            foreach (PlexLedger plex in state.Readable)
            {
                for (int sector = 0; sector < Math.Min(state.View.Length, plex.Landed.Count); sector++)
                {
                    long value = plex.At(sector);
                    if (value == Stamp.Garbage || state.Sectors.WhoSuperseded(sector, value, state.Now) is not null)
                    {
                        Fail($"the plexes change, and sector {sector} of plex {plex.Name}, which is readable now, is "
                            + Show(value));
                        return;
                    }
                }
            }
        }
    }

    /// <summary>After a crash the plex set is the old or the new one, with a readable plex in it.</summary>
    internal sealed class AtomicChange() : Checker(13, "atomic configuration change")
    {
        private readonly List<ConfigurationView> possible = [];

        public override void Observe(HistoryEvent happened, HistoryState state)
        {
            switch (happened)
            {
                case Committed committed:
                    possible.Clear();
                    possible.Add(committed.View);
                    break;
                case CommitBegan began:
                    possible.Add(began.Next);
                    break;
                case Booted booted:
                    Compare(booted.View);
                    possible.Clear();
                    possible.Add(booted.View);
                    break;
            }
        }

        private void Compare(ConfigurationView found)
        {
            string readable = string.Join(
                ", ", found.Plexes.Where(plex => plex.IsReadable).Select(plex => plex.Name));
            if (!found.Plexes.Any(plex => plex.IsComplete))
            {
                Fail("after the crash no plex is complete");
            }

            // what boots may find a plex missing, and never one that was not readable before
            if (possible.Count > 0 && !possible.Exists(view => found.Length == view.Length
                && found.Plexes.All(plex => !plex.IsReadable || view.Find(plex.Name) is { IsComplete: true })))
            {
                Fail($"after the crash {readable} are readable over {found.Length} sectors; that was never committed");
            }
        }
    }

    /// <summary>The length changes when somebody asked for it, and to what was asked; nothing goes beyond the end.
    /// </summary>
    internal sealed class LengthOnDemand() : Checker(15, "resize")
    {
        private readonly HashSet<int> asked = [];
        private int length;

        public override void Observe(HistoryEvent happened, HistoryState state)
        {
            switch (happened)
            {
                case LengthAsked wish:
                    asked.Add(wish.Length);
                    break;
                case Committed or Booted:
                    if (length > 0 && state.View.Length != length && !asked.Contains(state.View.Length))
                    {
                        Fail($"the volume had {length} sectors and has {state.View.Length}; nobody asked for that");
                    }

                    length = state.View.Length;
                    break;
                case PlexWritten written when length > 0 && state.View.Find(written.Plex) is not null:
                    int most = state.Pending.Select(view => view.Length).Append(length).Max();
                    if (written.First + written.Values.Count > most)
                    {
                        Fail($"plex {written.Plex} is written up to sector {written.First + written.Values.Count}, "
                            + $"beyond the end at {most}");
                    }

                    break;
            }
        }
    }

    /// <summary>What belongs to a plex that is gone from the configuration does nothing to one that came later.
    /// </summary>
    internal sealed class BoundToIdentity() : Checker(26, "identity and generation")
    {
        private readonly HashSet<string> removed = new(StringComparer.Ordinal);
        private HashSet<string> known = new(StringComparer.Ordinal);

        public override void Observe(HistoryEvent happened, HistoryState state)
        {
            if (happened is Committed committed)
            {
                HashSet<string> now = [.. committed.View.Plexes.Select(plex => plex.Name)];
                removed.UnionWith(known.Where(plex => !now.Contains(plex)));
                removed.ExceptWith(now);
                known = now;
            }
            else if (happened is CopyMarked or CopyEnded { Ending: CopyEnding.Completed })
            {
                string plex = happened is CopyEnded ended ? ended.Plex : targets.GetValueOrDefault(Copy(happened), "");
                if (removed.Contains(plex))
                {
                    Fail($"a copy to plex {plex} goes on although the plex is gone");
                }
            }
            else if (happened is CopyBegan began)
            {
                targets[began.Copy] = began.Plex;
            }
        }

        private readonly Dictionary<int, string> targets = [];

        private static int Copy(HistoryEvent happened) => happened is CopyMarked marked ? marked.Copy : 0;
    }

    /// <summary>Of two commands that exclude one another one is carried out, and one that is refused leaves nothing
    /// behind.</summary>
    internal sealed class SerialAdministration() : Checker(27, "serializable administration")
    {
        private readonly HashSet<string> removed = new(StringComparer.Ordinal);
        private readonly Dictionary<int, CopyEnding> ended = [];
        private readonly Dictionary<int, ConfigurationView> open = [];

        /// <summary>Commands that were given while another one was open: those may leave what the other one did.
        /// </summary>
        private readonly HashSet<int> others = [];

        public override void Observe(HistoryEvent happened, HistoryState state)
        {
            if (happened is ObjectRemoved gone && !removed.Add(gone.Name))
            {
                Fail($"{gone.Name} was removed twice");
            }
            else if (happened is CopyEnded copy && !ended.TryAdd(copy.Copy, copy.Ending))
            {
                Fail($"copy {copy.Copy} ended as {ended[copy.Copy]} and again as {copy.Ending}");
            }
            else if (happened is CommandBegan began)
            {
                others.UnionWith(open.Keys.Append(began.Command).Where(_ => open.Count > 0));
                open.Add(began.Command, state.View);
            }
            else if (happened is CommandEnded command && open.Remove(command.Command, out ConfigurationView? before)
                && !others.Remove(command.Command) && !command.IsDone)
            {
                LookForRest(before, state.View);
            }
            else if (happened is Crashed)
            {
                open.Clear();
                others.Clear();
            }
        }

        private void LookForRest(ConfigurationView before, ConfigurationView after)
        {
            if (after.Plexes.FirstOrDefault(plex => before.Find(plex.Name) is null) is { } left)
            {
                Fail($"a command was refused and has left plex {left.Name} behind");
            }
            else if (after.Length != before.Length)
            {
                Fail($"a command was refused, and the volume has {after.Length} sectors instead of {before.Length}");
            }
        }
    }

    /// <summary>Plexes of a volume that are redundant share no disk, and no two plexes share a byte of one.</summary>
    internal sealed class Placement() : Checker(36, "placement")
    {
        public override void Observe(HistoryEvent happened, HistoryState state)
        {
            if (happened is not Committed committed)
            {
                return;
            }

            Dictionary<string, string> owners = new(StringComparer.Ordinal);
            foreach (PlexView plex in committed.View.Plexes.Where(plex => plex.IsEnabled))
            {
                foreach (string disk in plex.Disks)
                {
                    if (!owners.TryAdd(disk, plex.Name) && owners[disk] != plex.Name)
                    {
                        Fail($"plexes {owners[disk]} and {plex.Name} are both on disk {disk}");
                    }
                }
            }

            CompareExtents(committed.View);
        }

        private void CompareExtents(ConfigurationView view)
        {
            (string Plex, string Disk, long Offset, long Length)[] extents = [.. view.Plexes.SelectMany(
                plex => plex.Places.Select(place => (plex.Name, place.Disk, place.Offset, place.Length)))
                .OrderBy(extent => extent.Disk, StringComparer.Ordinal).ThenBy(extent => extent.Offset)];
            for (int index = 1; index < extents.Length; index++)
            {
                (string plex, string disk, long offset, long length) = extents[index - 1];
                if (extents[index].Disk == disk && extents[index].Offset < offset + length)
                {
                    Fail($"plexes {plex} and {extents[index].Plex} overlap at offset {extents[index].Offset} of disk "
                        + disk);
                }
            }
        }
    }
}
