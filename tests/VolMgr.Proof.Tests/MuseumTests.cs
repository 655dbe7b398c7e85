using System.Diagnostics;
using VolMgr.Proof.Museum;

namespace VolMgr.Proof.Tests;

/// <summary>Every bug of the museum is caught, and the engine as it is stays silent on the same seeds.</summary>
public sealed class MuseumTests
{
    /// <summary>They take many seeds: in the long tier only.</summary>
    private static readonly string[] Patient = ["PH-09", "GEO-12", "ORD-16"];

    private static bool IsLong => Environment.GetEnvironmentVariable("VOLMGR_TEST_TIER") == "all";

    public static TheoryData<string> Ids() =>
        [.. MuseumCatalogue.All.Select(exhibit => exhibit.Id).Where(id => IsLong || !Patient.Contains(id))];

    [Fact]
    public void There_are_sixty_bugs_and_more_from_all_twelve_classes()
    {
        Assert.InRange(MuseumCatalogue.All.Count, 60, 161);
        Assert.Equal(MuseumCatalogue.All.Count, MuseumCatalogue.All.Select(exhibit => exhibit.Id).Distinct().Count());
        Assert.Equal(
            ["AD", "BMP", "CR", "DZ", "ERR", "FL", "GEO", "MB", "ORD", "PH", "RS", "SW"],
            MuseumCatalogue.All.Select(exhibit => exhibit.Class).Distinct().Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_bug_is_caught_and_the_engine_passes_the_same_seeds(string id)
    {
        Exhibit exhibit = MuseumCatalogue.Find(id)!;
        long began = Stopwatch.GetTimestamp();
        Finding finding = Guide.Find(exhibit, shrinks: false);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{id} {finding.Seeds} seeds {Stopwatch.GetElapsedTime(began).TotalSeconds:F1} s {finding.Violation}");
        Assert.True(finding.Innocent is null, finding.Innocent);
        Assert.True(finding.IsGood, $"{id}: not caught with {finding.Seeds} seeds");
    }

    [Fact]
    public void What_found_a_bug_is_shrunk_and_still_finds_it()
    {
        Exhibit exhibit = MuseumCatalogue.Find("DZ-03")!;
        Finding finding = Guide.Find(exhibit, shrinks: true);
        Assert.InRange(finding.Found!.Operations.Count, 1, 12);
        Assert.Equal(Guide.Find(exhibit, shrinks: false).Checker, finding.Checker);
        Assert.NotNull(CaseRunner.Run(finding.Found, exhibit.Engine).Violation);
        Assert.Null(CaseRunner.Run(finding.Found, EngineUnderTest.Real).Violation);
    }
}
