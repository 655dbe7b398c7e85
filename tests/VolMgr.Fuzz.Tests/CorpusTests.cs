namespace VolMgr.Fuzz.Tests;

/// <summary>The corpus of every fuzz target, and a few inputs of a fixed seed.</summary>
public sealed class CorpusTests
{
    private const double MostSeconds = 0.3;
    private const int MostRuns = 300;

    /// <summary>The names of all targets.</summary>
    public static TheoryData<string> Names => [.. FuzzTargets.All.Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_corpus_and_what_is_made_of_it_break_nothing(string name)
    {
        IFuzzTarget target = Assert.Single(FuzzTargets.All, target => target.Name == name);
        Assert.NotEmpty(Corpus.Read(target));
        Assert.Null(FuzzRun.Replay(target));
        long start = TimeProvider.System.GetTimestamp();
        Assert.Null(new FuzzRun(target, seed: 1).Attack(
            run => run < MostRuns && TimeProvider.System.GetElapsedTime(start).TotalSeconds < MostSeconds));
    }

    [Fact]
    public void Every_folder_of_the_corpus_has_a_target() => Assert.Equal(
        FuzzTargets.All.Select(target => target.Name).Order(StringComparer.Ordinal),
        Directory.GetDirectories(Corpus.Root).Select(Path.GetFileName).Order(StringComparer.Ordinal));

    [Fact]
    public void Every_target_stands_in_the_readme()
    {
        string readme = File.ReadAllText(Path.Combine(Corpus.Root, "..", "README.md"));
        Assert.All(FuzzTargets.All, target =>
            Assert.Contains($"| `{target.Name}` | {target.What} |", readme, StringComparison.Ordinal));
    }
}
