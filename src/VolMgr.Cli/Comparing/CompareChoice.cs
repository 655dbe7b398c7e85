using System.CommandLine;
using VolMgr.Cli.Labs;
using VolMgr.Movers.Comparison;

namespace VolMgr.Cli.Comparing;

/// <summary>The options of <c>volmgr compare</c>, and what they may be.</summary>
internal sealed class CompareChoice
{
    private static readonly ComparisonOptions Defaults = new();

    private readonly Option<int> seed = new("--seed")
    {
        Description = "Seed of everything that is left to chance; equal seed, equal report",
        HelpName = "N",
        DefaultValueFactory = _ => Defaults.Seed,
    };

    private readonly Option<string> size = Size("--size", "Size of the guest's disk, 8m to 1g", Defaults.Size);

    private readonly Option<string> writeRate = Size(
        "--write-rate", "Bytes that the guest writes to its disk each second, 64k to 25m", Defaults.WriteRate, "RATE");

    private readonly Option<string> copyRate = Size(
        "--copy-rate", "Bytes that a mover may copy each second, 1m to 50m", Defaults.CopyRate, "RATE");

    private readonly Option<string> memory = Size("--memory", "Memory of the guest, 8m to 1g", Defaults.Memory);

    private readonly Option<string> dirtyRate = Size(
        "--dirty-rate", "Bytes that the guest writes to its memory each second, 64k to 25m", Defaults.DirtyRate,
        "RATE");

    private readonly Option<string?> movers = new("--mover")
    {
        Description = $"Only these, with commas between: {Names}",
        HelpName = "NAME,...",
    };

    private readonly Option<bool> json = new("--json") { Description = "Report as one JSON object" };

    private readonly Option<string?> page = new("--html")
    {
        Description = "Write one page with charts, too, that needs nothing else to be read",
        HelpName = "FILE",
    };

    private static string Names => string.Join(", ", MoverCard.All.Select(card => card.Name));

    public void AddTo(Command command)
    {
        Option[] options = [seed, size, writeRate, copyRate, memory, dirtyRate, movers, json, page];
        Array.ForEach(options, command.Add);
    }

    /// <summary>What is asked for; what makes no sense is wrong usage.</summary>
    public ComparisonOptions Of(ParseResult parsed) => new()
    {
        Seed = parsed.GetValue(seed),
        Size = Read(parsed, size, 8L << 20, 1L << 30),
        WriteRate = Read(parsed, writeRate, 64L << 10, 25L << 20),
        CopyRate = Read(parsed, copyRate, 1L << 20, 50L << 20),
        Memory = Read(parsed, memory, 8L << 20, 1L << 30),
        DirtyRate = Read(parsed, dirtyRate, 64L << 10, 25L << 20),
        Movers = ReadMovers(parsed.GetValue(movers)),
    };

    /// <summary>Whether a program reads the report.</summary>
    public bool IsJson(ParseResult parsed) => parsed.GetValue(json);

    /// <summary>The file for the page, in a folder that exists; or null.</summary>
    public string? PageOf(ParseResult parsed)
    {
        string? path = parsed.GetValue(page);
        if (path is null)
        {
            return null;
        }

        string? folder = path.Length == 0 ? null : Path.GetDirectoryName(Path.GetFullPath(path));
        return Directory.Exists(folder) && !Directory.Exists(path)
            ? path
            : throw UserErrorException.Usage($"--html '{path}': name a file in a folder that exists");
    }

    private static Option<string> Size(string name, string description, long value, string help = "SIZE") => new(name)
    {
        Description = description,
        HelpName = help,
        DefaultValueFactory = _ => Words(value),
    };

    private static long Read(ParseResult parsed, Option<string> option, long least, long most)
    {
        string? text = parsed.GetValue(option);
        return SizeText.Read(text) is { } bytes && bytes >= least && bytes <= most
            ? bytes / ComparisonOptions.WriteSize * ComparisonOptions.WriteSize
            : throw UserErrorException.Usage(
                $"{option.Name} '{text}': expected a whole number with a unit, {Words(least)} to {Words(most)}");
    }

    private static IReadOnlyList<MoverKind> ReadMovers(string? text) => text is null
        ? Defaults.Movers
        : [.. text.Split(',').Select(name => MoverCard.Find(name)?.Kind
            ?? throw UserErrorException.Usage($"--mover '{name}': expected one or more of {Names}"))];

    private static string Words(long bytes) => bytes switch
    {
        >= 1L << 30 => CompareUnits.Text($"{bytes >> 30}g"),
        >= 1L << 20 => CompareUnits.Text($"{bytes >> 20}m"),
        _ => CompareUnits.Text($"{bytes >> 10}k"),
    };
}
