using VolMgr.Proof.Mutants;
using VolMgr.Volumes.InputOutput;

namespace VolMgr.Proof.Tests;

/// <summary>Scenarios with several volumes, and with layered ones: clients work on each, and each is judged.</summary>
public sealed class SeveralVolumesTests
{
    private static readonly EngineUnderTest TargetsMissWrites =
        new(simulator => new Rule04AppliedOrMarked.TargetMisses(simulator, MutationKind.Write));

    [Fact]
    public void Copies_of_two_volumes_run_at_once_and_both_have_clients()
    {
        List<string> lines = [];
        CaseRunner.Run(Scenario.Find("volumes")!.Make(1), EngineUnderTest.Real, lines.Add);
        Assert.All(
            (string[])["vol01", "vol02"],
            volume =>
            {
                Assert.Contains(lines, line => line.Contains($"  {volume} Write", StringComparison.Ordinal));
                Assert.Contains(lines, line => line.Contains($"{volume}: copy ", StringComparison.Ordinal));
            });
        int second = lines.FindIndex(line => line.Contains("vol02: copy 1 to", StringComparison.Ordinal));
        int firstEnds = lines.FindIndex(line => line.Contains("vol01: copy 1 to vol01", StringComparison.Ordinal)
            && line.EndsWith("Completed", StringComparison.Ordinal));
        Assert.InRange(second, 0, firstEnds);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void What_one_of_two_volumes_loses_is_seen(int volume)
    {
        Operation[] operations =
        [
            new Operation(OperationKind.Attach, 1, 1),
            .. Enumerable.Range(1, 30).Select(number => new Operation(OperationKind.Write, number * 37, 100)),
        ];
        ProofCase proofCase = new(
            1, LabShape.Parse("Concat-1-nolog-256-2-volumes2"), [.. operations.Select(one => one.On(volume, 2))]);
        Assert.Contains(
            $"vol{volume + 1:00}", CaseRunner.Run(proofCase, TargetsMissWrites).Violation, StringComparison.Ordinal);
        Assert.Null(CaseRunner.Run(proofCase, EngineUnderTest.Real).Violation);
    }

    [Fact]
    public void What_a_mirror_below_a_layered_volume_misses_is_seen() => Assert.Contains(
        Enumerable.Range(1, 10).Select(seed => Violation("layered", seed)),
        violation => violation?.Contains("vol01", StringComparison.Ordinal) == true);

    [Fact]
    public void What_clients_of_a_layered_volume_see_is_judged_by_its_history() => Assert.StartsWith(
        "I-08 ",
        CaseRunner.Run(Scenario.Find("layered")!.Make(1), Museum.MuseumCatalogue.Find("ERR-07")!.Engine).Violation,
        StringComparison.Ordinal);

    [Fact]
    public void Every_part_of_a_layered_volume_gets_a_new_mirror()
    {
        int seed = Enumerable.Range(1, 50).First(seed => seed % 2 == 1
            && Scenario.Find("layered")!.Make(seed).Shape.Layout == Volumes.Configuration.PlexLayout.Stripe);
        CaseResult result = CaseRunner.Run(Scenario.Find("layered")!.Make(seed), EngineUnderTest.Real);
        Assert.Null(result.Violation);
        Assert.Equal(2, result.Totals.Attached);
    }

    [Fact]
    public void An_operation_is_for_the_volume_that_it_was_put_on() => Assert.All(
        Enumerable.Range(0, 3),
        volume => Assert.Equal(volume, new Operation(OperationKind.Write, 7, 1234).On(volume, 3).VolumeOf(3)));

    private static string? Violation(string scenario, int seed) =>
        CaseRunner.Run(Scenario.Find(scenario)!.Make(seed), TargetsMissWrites).Violation;
}
