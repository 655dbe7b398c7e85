using System.Net;
using System.Text;
using VolMgr.Movers.Comparison;
using VolMgr.Movers.Moves;

namespace VolMgr.Cli.Comparing;

/// <summary>A comparison as one HTML page that needs nothing else: charts are drawn in it, and under each is what it
/// says in words.</summary>
internal sealed class ComparePage(ComparisonReport report)
{
    private const string Style = """
        :root { color-scheme: light dark; --ink: #1b1f24; --paper: #ffffff; --soft: #57606a; --line: #d0d7de;
          --run: #2f6fb0; --prepare: #8a94a0; --stun: #c2362b; --both: #2d7d46; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --paper: #0d1117; --soft: #9da7b1;
          --line: #3d444d; --run: #58a6ff; --prepare: #848d97; --stun: #ff7b72; --both: #56d364; } }
        body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper);
          max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
        h2 { margin-top: 2.5rem; } h1, h2, h3 { line-height: 1.2; }
        table { border-collapse: collapse; width: 100%; font-size: .85rem; }
        th, td { text-align: left; padding: .3rem .5rem; border-bottom: 1px solid var(--line); vertical-align: top; }
        td.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
        .why { color: var(--soft); } .wide { overflow-x: auto; }
        svg { width: 100%; height: auto; } svg text { fill: var(--ink); font: 13px system-ui, sans-serif; }
        svg .soft { fill: var(--soft); } .run { fill: var(--run); } .prepare { fill: var(--prepare); }
        .stun { fill: var(--stun); } .both { fill: var(--both); } .axis { stroke: var(--line); }
        .curve { fill: none; stroke-width: 2.5; } .curve.run { stroke: var(--run); fill: none; }
        .curve.both { stroke: var(--both); fill: none; stroke-dasharray: 8 4; }
        .limit { stroke: var(--stun); stroke-width: 2; stroke-dasharray: 3 3; }
        """;

    private readonly StringBuilder page = new();

    /// <summary>The page.</summary>
    public string Write()
    {
        page.Append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
            .Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
            .Append($"<title>volmgr compare, seed {report.Options.Seed}</title>\n<style>\n{Style}\n</style>\n</head>\n")
            .Append("<body>\n<main>\n");
        Element("h1", $"The same guest through {report.Runs.Count} movers, seed {report.Options.Seed}");
        Element("p", CompareVerdict.Of(report));
        WriteList([.. CompareLessons.Of(report)]);
        Section("The guest");
        WriteList([.. CompareGuest.Lines(report.Options).Select(
            line => $"{line.Name}: {line.Value}, {line.Explanation}")]);
        WriteCharts();
        Section("Side by side");
        WriteTable();
        report.Runs.ToList().ForEach(WriteMover);
        WriteArithmetic();
        page.Append("</main>\n</body>\n</html>\n");
        return page.ToString();
    }

    private void WriteCharts()
    {
        Section("Phases on a time line");
        page.Append(TimeLineChart.Draw(report.Runs));
        Section("Bytes moved");
        page.Append(PassesChart.Draw(report.Runs));
        Section("What the application felt");
        page.Append(FeltChart.Draw(report.Runs));
        if (report.Crossover is not { } crossover)
        {
            return;
        }

        Section("Where tracking does not converge any more");
        page.Append(CurveChart.Draw(crossover));
        WriteList([.. CompareCrossover.Lines(crossover).Select(
            line => $"{line.Name}: {line.Value}. {line.Explanation}")]);
        Element("p", CompareCrossover.CurveWords);
        WriteList([.. crossover.Curve.Select(
            point => $"{CompareUnits.Rate(point.WriteRate)} written: {CompareCrossover.Words(point)}")]);
        Element("h3", "The moves that found it");
        WriteList([.. crossover.Probes.Select(
            probe => $"{CompareUnits.Rate(probe.WriteRate)}: {CompareCrossover.Words(probe)}")]);
    }

    private void WriteTable()
    {
        page.Append("<div class=\"wide\"><table>\n<tr><th scope=\"col\">number</th>");
        report.Runs.ToList().ForEach(run => page.Append($"<th scope=\"col\">{Encode(run.Card.Name)}</th>"));
        page.Append("<th scope=\"col\">what it means</th></tr>\n");
        foreach (CompareRow row in CompareRow.All)
        {
            page.Append($"<tr><th scope=\"row\">{Encode(row.Name)}</th>");
            report.Runs.ToList().ForEach(run => page.Append($"<td class=\"number\">{Encode(row.Value(run))}</td>"));
            page.Append($"<td class=\"why\">{Encode(row.Explanation)}</td></tr>\n");
        }

        page.Append("</table></div>\n");
    }

    private void WriteMover(MoverRun run)
    {
        Section($"{run.Card.Name}: {run.Card.Title}");
        Element("p", run.Card.Idea);
        page.Append("<div class=\"wide\"><table>\n<tr><th scope=\"col\">phase</th><th scope=\"col\">from</th>")
            .Append("<th scope=\"col\">to</th><th scope=\"col\">what happens</th>")
            .Append("<th scope=\"col\">to undo it</th></tr>\n");
        foreach (MovePhase phase in run.Report.Phases)
        {
            var words = PhaseWords.Of(phase.Name);
            page.Append($"<tr><th scope=\"row\">{Encode(phase.Name)}</th>")
                .Append($"<td class=\"number\">{CompareUnits.Seconds(phase.Begin)}</td>")
                .Append($"<td class=\"number\">{CompareUnits.Seconds(phase.Begin + phase.Took)}</td>")
                .Append($"<td>{Encode($"{words.What}: {phase.Detail}")}</td><td>{Encode(words.Undo)}</td></tr>\n");
        }

        page.Append("</table></div>\n");
        WriteList(
        [
            .. run.Report.Passes.Select(pass => $"pass {pass.Number}: {CompareUnits.Bytes(pass.Bytes)} in "
                + $"{CompareUnits.Seconds(pass.Took)}, {ComparePasses.Explain(run, pass)}"),
            $"on the old array: {run.LeftWords}",
            $"what to do next: {ComparePasses.Next(run)}",
        ]);
    }

    private void WriteArithmetic()
    {
        Section("Arithmetic beside runs");
        Element("p", "For the guest as it was asked for, and for one that writes twice as much; 1 % is allowed.");
        page.Append("<div class=\"wide\"><table>\n<tr><th scope=\"col\">number</th><th scope=\"col\">formula</th>")
            .Append("<th scope=\"col\">run</th><th scope=\"col\">formula, twice as much</th>")
            .Append("<th scope=\"col\">run, twice as much</th><th scope=\"col\">how the formula goes</th></tr>\n");
        foreach (ArithmeticLine line in report.Arithmetic)
        {
            page.Append($"<tr><th scope=\"row\">{Encode($"{line.Card.Name}, {line.Quantity}")}</th>");
            double?[] numbers =
            [
                line.Asked.Predicted, line.Asked.Measured, line.Doubled.Predicted, line.Doubled.Measured,
            ];
            Array.ForEach(numbers, number => page.Append(
                $"<td class=\"number\">{CompareUnits.Number(number, line.Unit)}</td>"));
            page.Append($"<td class=\"why\">{Encode(line.Formula)}. ")
                .Append($"{Encode(line.Agrees ? "They agree." : ComparePasses.Apart)}</td></tr>\n");
        }

        page.Append("</table></div>\n");
    }

    private void Section(string heading) => Element("h2", heading);

    private void Element(string name, string content) => page.Append($"<{name}>{Encode(content)}</{name}>\n");

    private void WriteList(string[] lines)
    {
        page.Append("<ul>\n");
        Array.ForEach(lines, line => Element("li", line));
        page.Append("</ul>\n");
    }

    private static string Encode(string content) => WebUtility.HtmlEncode(content);
}
