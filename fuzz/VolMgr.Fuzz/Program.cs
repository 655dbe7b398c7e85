using System.Globalization;
using VolMgr.Fuzz;
using VolMgr.Fuzz.Targets;

const int secondsEach = 5;
string? wanted = args.FirstOrDefault(argument => FuzzTargets.All.Any(target => target.Name == argument));
int seed = Number("--seed") ?? NbdWorld.Engine.Identities.NewSeed();
int? runs = Number("--runs");
TimeProvider time = NbdWorld.Engine.Time;
foreach (IFuzzTarget target in FuzzTargets.All.Where(target => wanted is null || target.Name == wanted))
{
    long start = time.GetTimestamp();
    long count = 0;
    Finding? finding = FuzzRun.Replay(target);
    if (finding is null && !args.Contains("--replay"))
    {
        finding = FuzzRun.Mutate(target, seed, run =>
        {
            count = run;
            return runs is { } limit ? run < limit : time.GetElapsedTime(start).TotalSeconds < secondsEach;
        });
    }

    if (finding is not null)
    {
        await Console.Error.WriteLineAsync(finding.ToString());
        return 1;
    }

    Console.WriteLine($"{target.Name}: corpus and {count} inputs of seed {seed}: no finding");
}

return 0;

int? Number(string option)
{
    int at = Array.IndexOf(args, option);
    return at >= 0 && at + 1 < args.Length && int.TryParse(args[at + 1], CultureInfo.InvariantCulture, out int value)
        ? value
        : null;
}
