using System.Text.Json;
using System.Text.RegularExpressions;

namespace VolMgr.House.Tests;

/// <summary>What tests/mutation says of sources and tests is still there.</summary>
public sealed partial class MutationListTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "tests", "mutation");

    [Fact]
    public void The_subjects_name_files_that_exist()
    {
        string[] files = [.. Subjects().SelectMany(subject => Strings(subject.Value, "files"))];
        Assert.NotEmpty(files);
        Assert.All(files, file => Assert.True(File.Exists(Path.Combine(Repository.Root, file)), file));
        Assert.Equal(files.Length, files.Distinct().Count());
    }

    [Fact]
    public void The_subjects_name_test_classes_that_exist()
    {
        string[] classes =
        [
            .. Repository.Sources
                .Where(file => file.Path.StartsWith("tests/VolMgr.Volumes.Tests/", StringComparison.Ordinal))
                .SelectMany(file => ClassNames(file)),
        ];
        foreach (JsonProperty subject in Subjects())
        {
            string[] named = [.. Strings(subject.Value, "tests"), .. Strings(subject.Value, "slow")];
            Assert.NotEmpty(named);
            Assert.All(named, name => Assert.Contains(
                classes, full => full.EndsWith('.' + name.TrimEnd('*').TrimEnd('.'), StringComparison.Ordinal)
                    || (name.EndsWith('*') && full.Contains('.' + name.TrimEnd('*'), StringComparison.Ordinal))));
        }
    }

    [Fact]
    public void Every_mutant_that_is_called_equivalent_is_one_of_a_line_that_exists_and_has_a_reason()
    {
        string[] lines = File.ReadAllLines(Path.Combine(Folder, "equivalent.md"));
        string[] known = [.. Subjects().SelectMany(subject => Strings(subject.Value, "files"))];
        string? file = null;
        HashSet<string> source = [];
        foreach (string line in lines)
        {
            if (line.StartsWith("## ", StringComparison.Ordinal))
            {
                file = line[3..].Trim();
                Assert.Contains(file, known);
                source = [.. File.ReadLines(Path.Combine(Repository.Root, file)).Select(text => text.Trim())];
            }
            else if (line.StartsWith("- ", StringComparison.Ordinal))
            {
                Match entry = Entry().Match(line);
                Assert.True(entry.Success, line);
                Assert.True(file is not null && source.Contains(entry.Groups["line"].Value), line);
                Assert.InRange(entry.Groups["reason"].Length, 20, 400);
            }
        }
    }

    private static JsonProperty[] Subjects()
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "subjects.json")));
        return [.. document.RootElement.Clone().EnumerateObject()];
    }

    private static IEnumerable<string> Strings(JsonElement subject, string name) =>
        subject.GetProperty(name).EnumerateArray().Select(item => item.GetString()!);

    private static IEnumerable<string> ClassNames(SourceFile file)
    {
        string prefix = file.Lines.FirstOrDefault(line => line.StartsWith("namespace ", StringComparison.Ordinal))
            is { } found ? found["namespace ".Length..].TrimEnd(';') : "";
        return file.Lines.Select(line => ClassName().Match(line)).Where(match => match.Success)
            .Select(match => prefix + '.' + match.Groups["name"].Value);
    }

    [GeneratedRegex(
        @"^public (?:sealed |abstract |static )*(?:partial )?class (?<name>\w+)", RegexOptions.ExplicitCapture)]
    private static partial Regex ClassName();

    [GeneratedRegex(@"^- \S+: `(?<line>.+?)` → `.*?`\. (?<reason>.+)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Entry();
}
