using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using VolMgr.Commands.Lint;
using VolMgr.Commands.Runbooks;

namespace VolMgr.Cli.Runbooks;

/// <summary><c>volmgr lint</c>: the typical defects of a runbook, found before it runs. It needs no lab.</summary>
internal static class LintVerb
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public static Command Define()
    {
        var file = new Argument<string?>("FILE")
        {
            Description = "A shell script, or Markdown (*.md) with fenced commands.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        Option<bool> json = new("--json") { Description = "Findings as one JSON array" };
        Option<bool> rules = new("--rules") { Description = "List the rules and why each is one" };
        Command lint = new("lint", "Find the typical defects of a runbook before it runs") { file, json, rules };
        lint.SetAction(parsed => parsed.GetValue(rules)
            ? ListRules()
            : Check(
                parsed.GetValue(file) ?? throw UserErrorException.Usage("name the runbook; see 'volmgr lint --help'"),
                parsed.GetValue(json)));
        return lint;
    }

    private static int ListRules()
    {
        foreach ((string name, string why) in RunbookLint.Rules)
        {
            Console.WriteLine($"{name}\n    {why}");
        }

        return ExitCodes.Done;
    }

    private static int Check(string path, bool isJson)
    {
        Runbook runbook = RunbookFile.Read(path);
        IReadOnlyList<Finding> findings = RunbookLint.Check(runbook);
        if (isJson)
        {
            Console.WriteLine(JsonSerializer.Serialize(findings, Json));
        }
        else
        {
            foreach (Finding finding in findings)
            {
                string severity = finding.Severity.ToString().ToLowerInvariant();
                Console.WriteLine($"{path}:{finding.Line}: {severity}: {finding.Problem} [{finding.Rule}]");
                Console.WriteLine($"    fix: {finding.Fix}");
            }

            Console.WriteLine($"{runbook.Steps.Count} steps, {findings.Count} findings");
        }

        return findings.Any(finding => finding.Severity > FindingSeverity.Note)
            ? ExitCodes.CheckFailed : ExitCodes.Done;
    }
}
