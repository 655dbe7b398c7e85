using System.Globalization;
using VolMgr.Fuzz;
using VolMgr.Fuzz.Coverage;

const int secondsEach = 5;
const int seedRange = 1_000_000;
TimeSpan longestRun = TimeSpan.FromSeconds(120);
string[] known = ["--seconds", "--seed", "--runs", "--input", "--list", "--replay", "--show", "--instrument", "all"];
if (Value("--instrument") is { } folder)
{
    Instrumentation.CopyFolder(AppContext.BaseDirectory, folder);
    return 0;
}

if (args.Contains("--list"))
{
    foreach (IFuzzTarget target in FuzzTargets.All)
    {
        Console.WriteLine($"{target.Name,-16} {target.What}");
    }

    return 0;
}

string? unknown = args
    .Where((word, index) => index == 0 || !args[index - 1].StartsWith("--s", StringComparison.Ordinal))
    .FirstOrDefault(word => !known.Contains(word) && FuzzTargets.Find(word) is null
        && !int.TryParse(word, CultureInfo.InvariantCulture, out _) && word != Value("--input"));
if (unknown is not null)
{
    await Console.Error.WriteLineAsync($"{unknown}: neither a target nor an option; --list shows the targets");
    return 2;
}

IFuzzTarget? wanted = args.Select(FuzzTargets.Find).FirstOrDefault(target => target is not null);
int seed = Number("--seed") ?? new Random().Next(seedRange);
int seconds = Number("--seconds") ?? secondsEach;
int? runs = Number("--runs");
await using Timer watch = new(_ => StopWhenStuck(), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
int findings = 0;
foreach (IFuzzTarget target in FuzzTargets.All.Where(target => wanted is null || target == wanted))
{
    findings += Attack(target) ? 0 : 1;
}

return findings > 0 ? 1 : 0;

bool Attack(IFuzzTarget target)
{
    if (args.Contains("--show"))
    {
        byte[] made = target.Generate(new Random(seed)) ?? [];
        Console.WriteLine(target.IsText ? System.Text.Encoding.UTF8.GetString(made) : Convert.ToHexString(made));
        return true;
    }

    if (Value("--input") is { } file)
    {
        return Tell(target, RunLimits.Try(target, file, Corpus.ReadFile(file)), keeps: false);
    }

    if (!Tell(target, FuzzRun.Replay(target), keeps: false))
    {
        return false;
    }

    if (args.Contains("--replay"))
    {
        return true;
    }

    FuzzRun run = new(target, seed);
    long start = TimeProvider.System.GetTimestamp();
    long count = 0;
    Finding? finding = run.Attack(done =>
    {
        count = done;
        return runs is { } limit ? done < limit : TimeProvider.System.GetElapsedTime(start).TotalSeconds < seconds;
    });
    string coverage = CoverageMap.Total == 0 ? ""
        : $", {run.PoolSize} in the pool, {CoverageMap.Count()} of {CoverageMap.Total} blocks of all libraries";
    Console.WriteLine($"{target.Name}: corpus and {count} inputs of seed {seed}{coverage}"
        + (finding is null ? ": no finding" : ""));
    return Tell(target, finding, keeps: true);
}

bool Tell(IFuzzTarget target, Finding? finding, bool keeps)
{
    if (finding is null)
    {
        return true;
    }

    Finding shortest = keeps ? Minimizer.Shorten(target, finding) : finding;
    Console.Error.WriteLine(shortest);
    if (keeps)
    {
        string file = Corpus.Keep(target, shortest.Input);
        Console.Error.WriteLine($"Kept, shortened from {finding.Input.Length} bytes; the tests replay it from now on, "
            + $"and so does{Environment.NewLine}    ./scripts/fuzz {target.Name} --input {file}");
    }

    return false;
}

void StopWhenStuck()
{
    if (RunLimits.Current is { } current && TimeProvider.System.GetElapsedTime(current.Start) > longestRun)
    {
        Console.Error.WriteLine($"{current.Target.Name}: an input runs for more than {longestRun.TotalSeconds:0} s; "
            + "kept: " + Corpus.Keep(current.Target, current.Input));
        Environment.Exit(1);
    }
}

string? Value(string option) =>
    Array.IndexOf(args, option) is var at and >= 0 && at + 1 < args.Length ? args[at + 1] : null;

int? Number(string option) => int.TryParse(Value(option), CultureInfo.InvariantCulture, out int value) ? value : null;
