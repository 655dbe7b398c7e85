namespace VolMgr.Proof.Histories;

/// <summary>Events as lines of a trace.</summary>
internal static class EventText
{
    /// <summary>One line; null for what is told elsewhere.</summary>
    public static string? Of(HistoryEvent happened) => happened switch
    {
        Invoked e => $"request {e.Request}: {e.Kind}{(e.IsForced ? " forced" : "")} {Range(e.First, e.Count)}",
        Answered e => $"request {e.Request}: {(e.IsSuccess ? "done" : "failed")}{Shown(e.Values)}",
        PlexWritten e => $"{e.Plex} on {e.Lun}: {Range(e.First, e.Values.Count)} is{Shown(e.Values)}"
            + $"{(e.IsForced ? ", durably" : "")}{(e.HasFailed ? ", perhaps" : "")}",
        PlexWriteFailed e => $"{e.Plex}: write of {Range(e.First, e.Count)} fails",
        PlexRead e => $"{e.Plex}: read of {Range(e.First, e.Count)}",
        PlexReadEnded e => $"{e.Plex}: read of {Range(e.First, e.Count)} is served",
        PlexReadFailed e => $"{e.Plex}: read of {Range(e.First, e.Count)} fails",
        StrayWritten e => $"{e.Lun}: data at offset {e.Offset} belongs to {e.Owner}",
        PlexContent e => $"{e.Plex}: holds{Shown(e.Values)}",
        FlushIssued e => $"{e.Lun}: flush {e.Flush} begins",
        FlushEnded e => $"{e.Lun}: flush {e.Flush} {(e.IsSuccess ? "done" : "fails")}",
        CommitBegan e => $"commit begins: {Text(e.Next)}",
        Committed e => $"committed: {Text(e.View)}",
        CopyBegan e => $"copy {e.Copy} to {e.Plex} begins{(e.Claimed.Count > 0 ? " where an earlier one ended" : "")}",
        CopyHeld e => $"copy {e.Copy} holds {Range(e.First, e.Count)}",
        CopyReleased e => $"copy {e.Copy} releases what begins at sector {e.First}",
        CopyMarked e => e.Count == 0 ? null : $"copy {e.Copy} marks {Range(e.First, e.Count)}",
        CopyEnded e => $"copy {e.Copy} to {e.Plex}: {e.Ending}",
        DirtyRegions e => $"dirty regions: {string.Join(' ', e.Regions)}",
        DetachMarks e => $"{e.Plex}: marked as missed: {string.Join(' ', e.Regions)}",
        FaultBegan e => $"{e.Lun} begins to fail",
        FaultsEnded => "everything works",
        Crashed => "the host crashes",
        Booted e => $"the host is up with {e.ValidCopies} valid copies: {Text(e.View)}",
        _ => null,
    };

    private static string Range(int first, int count) =>
        count == 0 ? "" : count == 1 ? $"sector {first}" : $"sectors {first} to {first + count - 1}";

    private static string Text(ConfigurationView view) => $"generation {view.Generation}, {view.Length} sectors, "
        + string.Join(", ", view.Plexes.Select(plex =>
            $"{plex.Name} {(plex.IsReadable ? "readable" : plex.IsAttaching ? "attaching" : "out")}"
            + (plex.IsTracked ? " tracked" : "")));

    /// <summary>Runs of equal stamps, the first few of them.</summary>
    private static string Shown(IReadOnlyList<long> values)
    {
        List<string> runs = [];
        for (int start = 0; start < values.Count && runs.Count < 6;)
        {
            int end = start;
            while (end < values.Count && values[end] == values[start])
            {
                end++;
            }

            string name = values[start] switch
            {
                Stamp.Zero => "0",
                Stamp.Garbage => "?",
                long write => $"w{write}",
            };
            runs.Add(end - start == 1 ? name : $"{name}*{end - start}");
            start = end;
        }

        return runs.Count == 0 ? "" : " " + string.Join(' ', runs);
    }
}
