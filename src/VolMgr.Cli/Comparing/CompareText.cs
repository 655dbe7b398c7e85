using System.Text;
using VolMgr.Movers.Comparison;
using VolMgr.Movers.Moves;

namespace VolMgr.Cli.Comparing;

/// <summary>A comparison as a page of text in which every line has its explanation beside or under it.</summary>
internal sealed class CompareText(ComparisonReport report)
{
    private const int Width = 110;
    private const int NameWidth = 20;
    private const int ColumnWidth = 18;

    private readonly StringBuilder text = new();

    /// <summary>The page.</summary>
    public string Write()
    {
        Line($"The same guest through {report.Runs.Count} movers, in virtual time, seed {report.Options.Seed}");
        WriteGuest(report.Options);
        WriteTable();
        foreach (MoverRun run in report.Runs)
        {
            WriteMover(run);
        }

        WriteArithmetic();
        if (report.Crossover is { } crossover)
        {
            WriteCrossover(crossover);
        }

        Heading("What it teaches");
        foreach (string lesson in CompareLessons.Of(report))
        {
            Explain($"- {lesson}", 2);
        }

        Heading(CompareVerdict.Of(report));
        return text.ToString();
    }

    private void WriteGuest(ComparisonOptions options)
    {
        Heading("The guest");
        foreach ((string name, string value, string explanation) in CompareGuest.Lines(options))
        {
            Line(CompareUnits.Text($"  {name,-16}{value,12}  {explanation}"));
        }
    }

    private void WriteTable()
    {
        Heading("Side by side");
        Line("  " + "".PadRight(NameWidth)
            + string.Concat(report.Runs.Select(run => run.Card.Name.PadLeft(ColumnWidth))));
        foreach (CompareRow row in CompareRow.All)
        {
            Line("  " + row.Name.PadRight(NameWidth)
                + string.Concat(report.Runs.Select(run => row.Value(run).PadLeft(ColumnWidth))));
            Explain(row.Explanation, 6);
        }
    }

    private void WriteMover(MoverRun run)
    {
        Heading($"{run.Card.Name}: {run.Card.Title}");
        Explain(run.Card.Idea, 2);
        foreach (MovePhase phase in run.Report.Phases)
        {
            var words = PhaseWords.Of(phase.Name);
            Line($"  {CompareUnits.Seconds(phase.Begin),9} to "
                + $"{CompareUnits.Seconds(phase.Begin + phase.Took),9}  {phase.Name}");
            Explain($"In numbers: {phase.Detail}. What happens: {words.What}. To undo it: {words.Undo}.", 6);
        }

        foreach (CopyPass pass in run.Report.Passes)
        {
            Line($"  pass {pass.Number,2}: {CompareUnits.Bytes(pass.Bytes),9} in "
                + $"{CompareUnits.Seconds(pass.Took)}, {ComparePasses.Explain(run, pass)}");
        }

        Explain($"on the old array: {run.LeftWords}", 2);
        Explain($"what to do next: {ComparePasses.Next(run)}", 2);
    }

    private void WriteArithmetic()
    {
        Heading("Arithmetic beside runs");
        Explain("Each number as the formula has it before the move, and as the run had it; then the same for a guest "
            + "that writes twice as much to disk and memory. The two may differ by 1 %.", 2);
        foreach (ArithmeticLine line in report.Arithmetic)
        {
            Line($"  {line.Card.Name}, {line.Quantity}: {Pair(line.Asked, line.Unit)}");
            Line($"      writing twice as much: {Pair(line.Doubled, line.Unit)}");
            Explain($"Formula: {line.Formula}. {(line.Agrees ? "Run and formula agree." : ComparePasses.Apart)}", 6);
        }
    }

    private void WriteCrossover(Crossover crossover)
    {
        Heading("Where tracking does not converge any more");
        foreach ((string name, string value, string explanation) in CompareCrossover.Lines(crossover))
        {
            Line($"  {name,-18}{value,14}");
            Explain(explanation, 6);
        }

        foreach (CrossoverProbe probe in crossover.Probes)
        {
            Line($"  tried {CompareUnits.Rate(probe.WriteRate),12}: {CompareCrossover.Words(probe)}");
        }

        Explain(CompareCrossover.CurveWords, 2);
        foreach (CurvePoint point in crossover.Curve)
        {
            Line($"  {CompareUnits.Rate(point.WriteRate),12} written: {CompareCrossover.Words(point)}");
        }
    }

    private static string Pair(ArithmeticPair pair, ArithmeticUnit unit) =>
        $"formula {CompareUnits.Number(pair.Predicted, unit)}, run {CompareUnits.Number(pair.Measured, unit)}"
        + (pair.Deviation is { } deviation ? $", {CompareUnits.Percent(deviation)} apart" : "");

    private void Heading(string heading)
    {
        text.Append('\n');
        Explain(heading, 0);
    }

    private void Line(string line) => text.Append(line.TrimEnd()).Append('\n');

    /// <summary>A sentence, indented, in lines that fit the page.</summary>
    private void Explain(string sentence, int indent)
    {
        string margin = new(' ', indent);
        var line = new StringBuilder(margin);
        foreach (string word in sentence.Split(' '))
        {
            if (line.Length > indent && line.Length + 1 + word.Length > Width)
            {
                Line(line.ToString());
                line.Clear().Append(margin);
            }

            line.Append(line.Length > indent ? " " : "").Append(word);
        }

        Line(line.ToString());
    }
}
