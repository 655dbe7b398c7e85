using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using VolMgr.Cli.Comparing;
using VolMgr.Movers.Comparison;

namespace VolMgr.Cli.Tests.Comparing;

/// <summary>The three forms of one comparison: text, JSON, page; and the page for teachers, which shows the text.
/// </summary>
public sealed partial class CompareReportTests
{
    private static readonly Lazy<ComparisonReport> Shared = new(() => MoverComparison.Run(new ComparisonOptions()));

    private static string Text => new CompareText(Shared.Value).Write();

    /// <summary>VOLMGR_REWRITE_GOLDEN=1 writes the blocks anew.</summary>
    [Fact]
    public void The_page_for_teachers_shows_what_the_command_prints()
    {
        string path = Path.Combine(Root, "src", "VolMgr.Movers", "Comparison", "README.md");
        string page = File.ReadAllText(path);
        string[] sections = Text.TrimEnd('\n').Split("\n\n");
        MatchCollection blocks = TextBlock().Matches(page);
        Assert.Equal(sections.Length, blocks.Count);
        if (Environment.GetEnvironmentVariable("VOLMGR_REWRITE_GOLDEN") == "1")
        {
            int next = 0;
            File.WriteAllText(path, TextBlock().Replace(page, _ => $"```text\n{sections[next++]}\n```\n"));
            return;
        }

        Assert.Equal(sections, blocks.Select(block => block.Groups["text"].Value));
    }

    [Fact]
    public void Every_number_of_the_text_has_its_sentence_and_fits_the_page()
    {
        string[] lines = Text.Split('\n');
        Assert.All(lines, line => Assert.InRange(line.Length, 0, 112));
        int table = Array.IndexOf(lines, "Side by side") + 2;
        foreach (CompareRow row in CompareRow.All)
        {
            int at = Array.FindIndex(
                lines, table, line => line.StartsWith($"  {row.Name} ", StringComparison.Ordinal));
            Assert.True(at >= 0, row.Name);
            Assert.StartsWith("      " + row.Explanation[..20], lines[at + 1], StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_report_for_programs_has_what_the_text_has()
    {
        using JsonDocument report = JsonDocument.Parse(CompareReply.Of(Shared.Value).ToJson());
        JsonElement root = report.RootElement;
        Assert.Equal("pass", root.GetProperty("result").GetString());
        Assert.Equal(5, root.GetProperty("movers").GetArrayLength());
        JsonElement mirror = root.GetProperty("movers")[0];
        Assert.Equal("plex-mirror", mirror.GetProperty("name").GetString());
        Assert.Equal(0, mirror.GetProperty("stunMs").GetDouble());
        Assert.Equal(4, mirror.GetProperty("phases").GetArrayLength());
        Assert.InRange(mirror.GetProperty("during").GetProperty("p99Us").GetDouble(), 100, 2000);
        Assert.Equal(4, root.GetProperty("movers")[1].GetProperty("passesWhileRunning").GetInt32());
        Assert.True(root.GetProperty("crossover").GetProperty("agrees").GetBoolean());
        Assert.Equal(10, root.GetProperty("arithmetic").GetArrayLength());
    }

    [Fact]
    public void The_page_is_well_formed_and_needs_nothing_from_elsewhere()
    {
        string page = new ComparePage(Shared.Value).Write();
        Assert.DoesNotContain("http", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("url(", page, StringComparison.OrdinalIgnoreCase);
        string markup = page.Replace("<!DOCTYPE html>\n", "", StringComparison.Ordinal)
            .Replace("<meta charset=\"utf-8\">", "", StringComparison.Ordinal);
        var tree = XElement.Parse(ViewportTag().Replace(markup, ""));
        XElement[] charts = [.. tree.Descendants("svg")];
        Assert.Equal(4, charts.Length);
        HashSet<string> ids = [.. tree.Descendants().Attributes("id").Select(id => id.Value)];
        foreach (XElement chart in charts)
        {
            Assert.Equal("img", chart.Attribute("role")?.Value);
            Assert.All(chart.Attribute("aria-labelledby")!.Value.Split(' '), id => Assert.Contains(id, ids));
            Assert.All(chart.Descendants("rect"), bar => Assert.True((double)bar.Attribute("width")! > 0));
            Assert.All(
                chart.Descendants().Where(part => part.Attribute("x") is not null),
                part => Assert.InRange((double)part.Attribute("x")!, 0, SvgDrawing.Width));
        }

        Assert.All(CompareRow.All, row => Assert.Contains(
            tree.Descendants("th"), cell => cell.Value == row.Name));
    }

    [Fact]
    public void Missing_data_fails_the_command_by_name()
    {
        ComparisonReport good = Shared.Value;
        Assert.Equal(0, CompareVerb.ExitCodeOf(good));
        ComparisonReport bad = good with { Runs = [good.Runs[0], good.Runs[1] with { Lost = 3 }] };
        Assert.Equal(1, CompareVerb.ExitCodeOf(bad));
        Assert.Contains("FAIL", new CompareText(bad).Write(), StringComparison.Ordinal);
        Assert.EndsWith("with vmotion-tracking.\n", new CompareText(bad).Write(), StringComparison.Ordinal);
        Assert.Contains("\"result\": \"fail\"", CompareReply.Of(bad).ToJson(), StringComparison.Ordinal);
        Assert.Contains("with vmotion-tracking.</p>", new ComparePage(bad).Write(), StringComparison.Ordinal);
    }

    private static string Root
    {
        get
        {
            string folder = AppContext.BaseDirectory;
            while (!File.Exists(Path.Combine(folder, "VolMgr.sln")))
            {
                folder = Path.GetDirectoryName(folder)!;
            }

            return folder;
        }
    }

    [GeneratedRegex("```text\n(?<text>.*?)\n```\n", RegexOptions.Singleline)]
    private static partial Regex TextBlock();

    [GeneratedRegex("<meta name=\"viewport\"[^>]*>")]
    private static partial Regex ViewportTag();
}
