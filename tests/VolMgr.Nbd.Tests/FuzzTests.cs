using VolMgr.Fuzz;

namespace VolMgr.Nbd.Tests;

/// <summary>The corpus of every fuzz target, and a few inputs of a fixed seed.</summary>
public sealed class FuzzTests
{
    private const int Runs = 300;

    [Theory]
    [InlineData("handshake")]
    [InlineData("transmission")]
    [InlineData("options")]
    public void The_corpus_and_what_is_made_of_it_break_nothing(string name)
    {
        IFuzzTarget target = Assert.Single(FuzzTargets.All, target => target.Name == name);
        Assert.NotEmpty(Corpus.Read(name));
        Assert.Null(FuzzRun.Replay(target));
        Assert.Null(FuzzRun.Mutate(target, seed: 1, run => run < Runs));
    }
}
