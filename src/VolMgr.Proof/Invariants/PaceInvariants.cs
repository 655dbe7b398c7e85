using VolMgr.Proof.Histories;

namespace VolMgr.Proof.Invariants;

/// <summary>How fast things go.</summary>
internal static class PaceInvariants
{
    /// <summary>A copy comes forward whatever clients do, is no faster than it may be in any second, and lets no client
    /// wait for long.</summary>
    internal sealed class Fairness() : Checker(24, "fairness, convergence, throttle")
    {
        /// <summary>What a client may wait beside a copy while nothing fails; a hundred times what one waits here.
        /// </summary>
        private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(2);

        private static readonly TimeSpan Window = TimeSpan.FromSeconds(1);

        private readonly Dictionary<int, Pace> limited = [];
        private readonly Dictionary<int, TimeSpan> asked = [];
        private readonly HashSet<int> running = [];
        private bool isBroken;

        public override void Observe(HistoryEvent happened, HistoryState state)
        {
            switch (happened)
            {
                case CopyStarved starved:
                    Fail($"copy {starved.Copy} has not come forward for {starved.Time} beside the load of clients");
                    break;
                case CopyBegan began:
                    running.Add(began.Copy);
                    if (began.SectorsPerSecond > 0)
                    {
                        limited[began.Copy] = new Pace(began);
                    }

                    break;
                case CopyMarked { Count: > 0 } mark when limited.TryGetValue(mark.Copy, out Pace? pace):
                    Measure(state, mark, pace);
                    break;
                case CopyEnded ended:
                    running.Remove(ended.Copy);
                    limited.Remove(ended.Copy);
                    break;
                case Crashed:
                    running.Clear();
                    limited.Clear();
                    asked.Clear();
                    break;
                case FaultBegan:
                    isBroken = true;
                    break;
                case FaultsEnded:
                    isBroken = false;
                    asked.Clear(); // who has waited for a fault is not judged
                    break;
                case Invoked request when running.Count > 0:
                    asked[request.Request] = state.Time;
                    break;
                case Answered answered when asked.Remove(answered.Request, out TimeSpan since):
                    if (!isBroken && state.Time - since > LongestAnswer)
                    {
                        Fail($"request {answered.Request} waits for {state.Time - since} beside a copy");
                    }

                    break;
            }
        }

        private void Measure(HistoryState state, CopyMarked mark, Pace pace)
        {
            // holes cost nothing, and may come as fast as they like
            PlexLedger target = state.Plex(pace.Plex);
            int copied = Enumerable.Range(mark.First, mark.Count).Count(sector => target.At(sector) != Stamp.Zero);
            pace.Marks.Enqueue((state.Time, copied));
            pace.Sum += copied;
            while (pace.Marks.Peek().When < state.Time - Window)
            {
                pace.Sum -= pace.Marks.Dequeue().Sectors;
            }

            if (pace.Sum > pace.Most)
            {
                Fail($"copy {mark.Copy} brings {pace.Sum} sectors to its target within a second; it may bring "
                    + $"{pace.Most}");
            }
        }

        /// <summary>What a copy with a limit did in the last second.</summary>
        private sealed class Pace(CopyBegan began)
        {
            public string Plex { get; } = began.Plex;

            /// <summary>The limit, and what was under way when the second began.</summary>
            public long Most { get; } = began.SectorsPerSecond + ((1L + Math.Min(began.Workers, 64)) * began.Step);

            public Queue<(TimeSpan When, int Sectors)> Marks { get; } = new();

            public long Sum { get; set; }
        }
    }
}
