using System.CommandLine;
using System.CommandLine.Parsing;
using VolMgr.Cli.Labs;
using VolMgr.Cli.Verbs;

namespace VolMgr.Cli.Rehearse;

/// <summary>The options of <c>volmgr rehearse</c>.</summary>
internal sealed class RehearseChoice
{
    private readonly Option<string> lab = new("--lab")
    {
        Description = "Keep the lab in this new folder, or a virtual-time lab (default: a temporary one); with "
            + "--runbook also one that is there",
    };

    private readonly Option<int> seed = new("--seed")
    {
        Description = "Seed of the application's choices (default: by the clock, printed at the end)",
        DefaultValueFactory = _ => Environment.TickCount & int.MaxValue,
    };

    private readonly Option<string> size = new("--size")
    {
        Description = "Size of each volume, such as 256m or 1g (default: 256m; in a virtual-time lab an eighth "
            + "of the old array)",
    };

    private readonly Option<int> volumes = new("--volumes")
    {
        Description = "How many volumes: concatenated, striped and mirrored in turn",
        DefaultValueFactory = _ => RehearseOptions.DefaultVolumes,
    };

    private readonly Option<string> workload = new("--workload")
    {
        Description = "What the application does",
        DefaultValueFactory = _ => WorkloadShape.All[0].Name,
    };

    private readonly Option<bool> isVirtual = new("--virtual")
    {
        Description = "In virtual time, over arrays that take some; what a virtual-time lab does by itself",
    };

    private readonly Option<int?> crashes = new("--crashes")
    {
        Description = "In virtual time: crashes of the host while volumes are copied, 0 to 20 (default: 1)",
    };

    private readonly Option<int?> pace = new("--iops")
    {
        Description = "Operations a second of the application on each volume (default: by --workload; "
            + "in virtual time a tenth of that)",
    };

    private readonly Option<bool> json = new("--json") { Description = "Report as one JSON object" };

    public RehearseChoice()
    {
        size.Validators.Add(CheckSize);
        volumes.Validators.Add(CheckVolumes);
        workload.AcceptOnlyFromAmong([.. WorkloadShape.All.Select(shape => shape.Name)]);
        crashes.Validators.Add(result => OptionRange.Check(result, 0, 20));
        pace.Validators.Add(result => OptionRange.Check(result, 1, 100_000));
    }

    /// <summary>Those that shape a lab and an application of the rehearsal's own.</summary>
    public IReadOnlyList<Option> OwnShape => [size, volumes, isVirtual, crashes, pace];

    /// <summary>Adds all of them.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[lab, seed, size, volumes, workload, isVirtual, crashes, pace, json])
        {
            command.Add(option);
        }
    }

    /// <summary>Whether a size was asked for.</summary>
    public bool HasSize(ParseResult parsed) => parsed.GetValue(size) is not null;

    /// <summary>Whether crashes were asked for.</summary>
    public bool HasCrashes(ParseResult parsed) => parsed.GetValue(crashes) is not null;

    /// <summary>What was asked for.</summary>
    public RehearseOptions Of(ParseResult parsed) => new(
        parsed.GetValue(lab),
        parsed.GetValue(seed),
        SizeText.Read(parsed.GetValue(size)) ?? RehearseOptions.DefaultSize,
        parsed.GetValue(volumes),
        WorkloadShape.Find(parsed.GetValue(workload) ?? "") ?? WorkloadShape.All[0],
        parsed.GetValue(json))
    {
        IsVirtual = parsed.GetValue(isVirtual),
        Crashes = parsed.GetValue(crashes) ?? 1,
        OperationsPerSecond = parsed.GetValue(pace),
    };

    private static void CheckSize(OptionResult result)
    {
        string text = result.Tokens is [{ Value: { } value }] ? value : "256m";
        long? size = SizeText.Read(text);
        if (size is null or < RehearseOptions.SizeMin or > (1L << 42) || size % (1 << 20) != 0)
        {
            result.AddError(
                $"--size takes whole MiB from {RehearseOptions.SizeMin >> 20}m to 4t, such as 256m, not '{text}'");
        }
    }

    private static void CheckVolumes(OptionResult result)
    {
        if (result.Tokens is [{ Value: { } text }] && int.TryParse(text, out int count)
            && count is < 1 or > RehearseOptions.VolumesMax)
        {
            result.AddError($"--volumes takes 1 to {RehearseOptions.VolumesMax}, not {count}");
        }
    }
}
