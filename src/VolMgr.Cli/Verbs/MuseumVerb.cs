using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using VolMgr.Proof;

namespace VolMgr.Cli.Verbs;

/// <summary><c>volmgr museum</c>: real bugs of other systems, built into our engine, and what catches each.</summary>
internal static class MuseumVerb
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true };

    public static Command Define()
    {
        Command museum = new("museum", "Real bugs of other systems: what happened, and what finds them here");
        museum.Add(DefineList());
        museum.Add(DefineRun());
        return museum;
    }

    private static Command DefineList()
    {
        Option<bool> json = new("--json") { Description = "Report as one JSON array" };
        Command list = new("list", "Every bug with its card") { json };
        list.SetAction(parsed =>
        {
            if (parsed.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(ProofRunner.Museum, Json));
                return ExitCodes.Done;
            }

            foreach (MuseumCard card in ProofRunner.Museum)
            {
                Console.WriteLine($"{card.Id,-8}{card.System}: {card.What}");
                Console.WriteLine($"        source: {card.Source}");
                Console.WriteLine($"        here: {card.Mutation}");
            }

            return ExitCodes.Done;
        });
        return list;
    }

    private static Command DefineRun()
    {
        Argument<string?> id = new("ID") { Description = "Which bug", Arity = ArgumentArity.ZeroOrOne };
        Option<bool> all = new("--all") { Description = "All of them, a line each" };
        Option<bool> json = new("--json") { Description = "Report as one JSON array" };
        Command run = new("run", "Build a bug in, find it, shorten what found it, and tell that step by step")
        {
            id, all, json,
        };
        run.SetAction(parsed =>
        {
            string? asked = parsed.GetValue(id);
            if (asked is null == !parsed.GetValue(all))
            {
                throw UserErrorException.Usage("name one bug of 'volmgr museum list', or give --all");
            }

            return asked is null ? RunAll(parsed.GetValue(json)) : RunOne(asked, parsed.GetValue(json));
        });
        return run;
    }

    /// <summary>The bug of that id.</summary>
    public static MuseumCard Card(string id) => ProofRunner.Museum.FirstOrDefault(
            known => known.Id.Equals(id, StringComparison.OrdinalIgnoreCase))
        ?? throw UserErrorException.Usage($"there is no bug {id} here; 'volmgr museum list' names them");

    private static int RunOne(string id, bool asJson)
    {
        MuseumCard card = Card(id);
        MuseumVisit visit = ProofRunner.Visit(card.Id, shrinks: true)!; // the card is from the same list
        if (asJson)
        {
            Console.WriteLine(JsonSerializer.Serialize(new { card, visit }, Json));
        }
        else
        {
            Console.WriteLine($"{card.Id}  {card.System} ({card.Source})");
            Console.WriteLine($"what happened: {card.What}");
            Console.WriteLine($"built in here: {card.Mutation}");
            Console.WriteLine();
            if (visit.Case is { } shortest)
            {
                ProofRunner.Show(card.Id, shortest, Console.WriteLine);
                Console.WriteLine();
            }

            Console.WriteLine(visit.Violation ?? visit.Innocent ?? "not caught");
            Console.WriteLine($"found with {visit.Seeds} seeds; the shortest case: {visit.Case}");
        }

        return visit.IsCaught ? ExitCodes.Done : ExitCodes.CheckFailed;
    }

    private static int RunAll(bool asJson)
    {
        List<(MuseumCard Card, MuseumVisit Visit, double Seconds)> visits = [];
        foreach (MuseumCard card in ProofRunner.Museum)
        {
            long began = Stopwatch.GetTimestamp();
            MuseumVisit visit = ProofRunner.Visit(card.Id, shrinks: false)!; // the card is from the same list
            double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
            visits.Add((card, visit, seconds));
            if (!asJson)
            {
                Console.WriteLine($"{card.Id,-8}{(visit.IsCaught ? "caught" : "NOT CAUGHT"),-12}{visit.Checker,-7}"
                    + $"{visit.Seeds,4} seeds {seconds,7:F1} s  {card.Mutation}");
            }
        }

        if (asJson)
        {
            Console.WriteLine(JsonSerializer.Serialize(
                visits.Select(visit => new { visit.Card.Id, visit.Visit, visit.Seconds }), Json));
        }
        else
        {
            double[] times = [.. visits.Select(visit => visit.Seconds).Order()];
            Console.WriteLine($"{visits.Count(visit => visit.Visit.IsCaught)} of {visits.Count} caught, median "
                + $"{times[times.Length / 2]:F1} s, longest {times[^1]:F1} s");
        }

        return visits.TrueForAll(visit => visit.Visit.IsCaught) ? ExitCodes.Done : ExitCodes.CheckFailed;
    }
}
