using VolMgr.Blocks;

namespace VolMgr.Cli.Rehearse;

/// <summary>Whether a volume, and each of its readable plexes by itself, holds what the application's ledger
/// says.</summary>
internal sealed class LedgerCheck(IRehearseLab lab, WorkloadOptions workload, Func<string, Ledger> openLedger)
{
    private const int AttemptsMax = 20;
    private const string Lost = nameof(IoStatus.NotReachable);

    /// <summary>Compares; a comparison under which the host crashes is made again.</summary>
    public Task<RehearseCheck> RunAsync(string volume, CancellationToken token) => RunAsync(volume, 1, token);

    private async Task<RehearseCheck> RunAsync(string volume, int attempt, CancellationToken token)
    {
        using Ledger ledger = openLedger(volume);
        StampChecker checker = new(volume, ledger, workload.Tag(volume));
        List<string> problems = [];
        int compared = 0;
        foreach (string name in (IEnumerable<string>)[volume, .. await PlexesOfAsync(volume, token)])
        {
            IBlockDevice? device = await lab.OpenAsync(workload.DiskGroup, name, token);
            if (device is null)
            {
                problems.Add($"{name} cannot be opened");
                continue;
            }

            IReadOnlyList<string> found = await checker.CheckDeviceAsync(device, token);
            await device.DisposeAsync();
            if (attempt < AttemptsMax && found.Any(problem => problem.EndsWith(Lost, StringComparison.Ordinal)))
            {
                return await RunAsync(volume, attempt + 1, token); // the host crashed under the comparison
            }

            problems.AddRange(found.Select(problem => $"{name}: {problem}"));
            compared++;
        }

        return new RehearseCheck(
            $"{volume} and each of its plexes hold what the ledger says",
            problems.Count == 0 && compared > 1,
            problems.Count == 0 ? $"{compared} devices, {ledger.BlockCount} blocks each" : problems[0]);
    }

    private async Task<IReadOnlyList<string>> PlexesOfAsync(string volume, CancellationToken token)
    {
        (_, string listing) = await lab.TryAsync(["vxprint", "-g", workload.DiskGroup, "-ht", volume], token);
        return [.. listing.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words is ["pl", _, _, "ENABLED", "ACTIVE", ..] && words[2] == volume)
            .Select(words => words[1])];
    }
}
