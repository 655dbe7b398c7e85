using System.Text.RegularExpressions;

namespace VolMgr.House.Tests;

/// <summary>
/// The limits of style that a compiler does not know, as tests over the sources. A failure lists every place.
/// </summary>
public sealed partial class TidyTests
{
    private const int LongestFile = 500;
    private const int LongestLine = 120;

    [Fact]
    public void The_sources_are_found() => Assert.InRange(Repository.Sources.Count, 40, 10_000);

    [Fact]
    public void No_file_is_longer_than_anyone_can_hold_in_mind() =>
        AssertNone(Repository.Sources
            .Where(file => file.Lines.Length > LongestFile)
            .Select(file => $"{file.Path}: {file.Lines.Length} lines, at most {LongestFile}"));

    [Fact]
    public void No_line_is_longer_than_the_screen() =>
        AssertNone(Places(line => line.Length > LongestLine));

    [Fact]
    public void Nothing_hides_in_regions() =>
        AssertNone(Places(line => line.TrimStart().StartsWith("#region", StringComparison.Ordinal)));

    [Fact]
    public void Types_are_named_for_what_they_are() => AssertNone(Places(line => PromisesNothing().IsMatch(line)));

    [Fact]
    public void What_is_to_do_has_a_number() => AssertNone(Places(line => ToDoWithoutNumber().IsMatch(line)));

    [Fact]
    public void Nothing_is_left_to_be_implemented() => AssertNone(Places(line => NotImplemented().IsMatch(line)));

    /// <summary>The one exception names the package that the machine lacks, and fails where nothing may lack.</summary>
    [Fact]
    public void No_test_is_skipped() =>
        AssertNone(Places(
            line => SkippedTest().IsMatch(line),
            file => file.IsTest && file.Path != "tests/VolMgr.EndToEnd.Tests/Clients/Tools.cs"));

    [Fact]
    public void No_warning_is_suppressed_in_passing() => AssertNone(Places(line => Suppression().IsMatch(line)));

    [Fact]
    public void Every_project_of_the_product_says_what_it_is() =>
        AssertNone(Repository.Projects
            .Select(project => Path.Combine(Path.GetDirectoryName(project) ?? "", "README.md"))
            .Where(path => !File.Exists(path) || new FileInfo(path).Length == 0)
            .Select(path => $"{Path.GetRelativePath(Repository.Root, path)} is missing or empty"));

    [Fact]
    public void No_path_of_one_machine_is_in_the_repository()
    {
        string[] texts =
        [
            .. new[] { "src", "tests", "fuzz", "scripts", ".ci", "docs" }
                .SelectMany(folder => Repository.Files(folder, "*"))
                .Concat(Directory.GetFiles(Repository.Root).Where(path => Path.GetFileName(path) != ".git"))
                .Where(path => Path.GetExtension(path) is not (".bin" or ".img" or ".png" or ".gz")),
        ];
        AssertNone(texts.SelectMany(path => File.ReadLines(path)
            .Select((line, index) => (line, index))
            .Where(item => PathOfOneMachine().IsMatch(item.line))
            .Select(item => $"{Path.GetRelativePath(Repository.Root, path)}:{item.index + 1}: {item.line.Trim()}")));
    }

    [Theory]
    [InlineData("internal sealed class DiskManager", true)]
    [InlineData("public static class PathUtils;", true)]
    [InlineData("internal struct TimeHelper<T>", true)]
    [InlineData("public sealed class VolumeHost", false)]
    [InlineData("// class names that end in Manager promise nothing", false)]
    public void Empty_type_names_are_recognised(string line, bool isFound) =>
        Assert.Equal(isFound, PromisesNothing().IsMatch(line));

    [Theory]
    [InlineData("// TO" + "DO later", true)]
    [InlineData("// TO" + "DO(#12) later", false)]
    [InlineData("// TO" + "DO #12: later", false)]
    [InlineData("const string Autodocument", false)]
    public void Things_to_do_are_recognised(string line, bool isFound) =>
        Assert.Equal(isFound, ToDoWithoutNumber().IsMatch(line));

    private static IEnumerable<string> Places(Func<string, bool> isBad, Func<SourceFile, bool>? isAsked = null) =>
        Repository.Sources
            .Where(file => isAsked is null || isAsked(file))
            .SelectMany(file => file.Lines
                .Select((line, index) => (line, index))
                .Where(item => isBad(item.line))
                .Select(item => $"{file.Path}:{item.index + 1}: {item.line.Trim()}"));

    private static void AssertNone(IEnumerable<string> findings)
    {
        string[] all = [.. findings];
        Assert.True(all.Length == 0, string.Join('\n', all));
    }

    [GeneratedRegex(
        @"^\s*(?:[a-z]+\s+)*(?:class|struct|record|interface|enum)\s+\w*(?:Manager|Helpers?|Utils?|Utilities)\b")]
    private static partial Regex PromisesNothing();

    [GeneratedRegex(@"\bTO[D]O\b(?!\s*\(?#\d+)")]
    private static partial Regex ToDoWithoutNumber();

    [GeneratedRegex(@"NotImplemented[E]xception")]
    private static partial Regex NotImplemented();

    [GeneratedRegex(@"\b(?:Skip|SkipUnless|SkipWhen)\s*=(?!=)|Assert\.Skip")]
    private static partial Regex SkippedTest();

    [GeneratedRegex(@"#pragma warning[ ]disable|\[(?:assembly: )?Suppress[M]essage")]
    private static partial Regex Suppression();

    [GeneratedRegex(@"/(?:home|[U]sers|work)/[a-z]|/root/[a-z.]|C:\\\\?[U]sers")]
    private static partial Regex PathOfOneMachine();
}
