using System.Reflection;

namespace VolMgr.Commands.Tests;

/// <summary>The tables of README.md are those of the code; VOLMGR_REWRITE_GOLDEN=1 writes them anew.</summary>
public sealed class ReadmeTests
{
    private const string Begin = "<!-- tables: begin -->\n";
    private const string End = "<!-- tables: end -->\n";

    private static readonly string File = Path.Combine(
        typeof(ReadmeTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .First(item => item.Key == "RepositoryRoot").Value ?? ".",
        "src", "VolMgr.Commands", "README.md");

    [Fact]
    public void The_compatibility_tables_are_those_of_the_catalogue()
    {
        string text = System.IO.File.ReadAllText(File);
        int start = text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        int end = text.IndexOf(End, StringComparison.Ordinal);
        string tables = Tables();
        if (Environment.GetEnvironmentVariable("VOLMGR_REWRITE_GOLDEN") == "1")
        {
            text = text[..start] + tables + text[end..];
            System.IO.File.WriteAllText(File, text);
            end = text.IndexOf(End, StringComparison.Ordinal);
        }

        Assert.Equal(tables, text[start..end]);
    }

    [Fact]
    public void Every_command_says_where_its_behaviour_comes_from()
    {
        string text = System.IO.File.ReadAllText(File);

        string written = text[..text.IndexOf(Begin, StringComparison.Ordinal)];
        Assert.All(CommandSet.Names, name => Assert.Contains($"\n| {name} |", written, StringComparison.Ordinal));
    }

    private static string Tables()
    {
        List<CommandDefinition> all = [.. CommandCatalogue.All.OrderBy(each => each.Name, StringComparer.Ordinal)];
        List<string> lines = ["| command | does |", "| --- | --- |"];
        foreach (CommandDefinition definition in all)
        {
            lines.AddRange(definition.Verbs.Select(
                verb => $"| {definition.Name} | `{verb.Usage.Replace("|", "\\|", StringComparison.Ordinal)}` |"));
        }

        lines.Add("");
        lines.Add("| command | refused options | refused keywords | refused words of -o |");
        lines.Add("| --- | --- | --- | --- |");
        foreach (CommandDefinition definition in all)
        {
            string options = string.Join(
                ' ', definition.Table.Refused.Where(letter => letter != ':').Order().Select(letter => $"-{letter}"));
            lines.Add(
                $"| {definition.Name} | {options} | {string.Join(", ", definition.RefusedKeywords)} | " +
                $"{string.Join(", ", definition.RefusedUseOptions)} |");
        }

        return string.Concat(lines.Select(line => line + "\n"));
    }
}
