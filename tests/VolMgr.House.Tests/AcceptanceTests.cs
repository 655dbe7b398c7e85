using System.Text.RegularExpressions;

namespace VolMgr.House.Tests;

/// <summary>The acceptance points of devices, names and paths are tests that carry their names.</summary>
public sealed partial class AcceptanceTests
{
    [Theory]
    [InlineData("ASL", 5)]
    [InlineData("NAME", 5)]
    [InlineData("BOOT", 2)]
    [InlineData("MW", 4)]
    [InlineData("DMP", 4)]
    public void Every_acceptance_point_of_the_devices_is_a_test(string family, int count)
    {
        HashSet<string> found = [.. Directory
            .EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*Tests.cs", SearchOption.AllDirectories)
            .SelectMany(file => TestName().Matches(File.ReadAllText(file)))
            .Select(match => match.Groups[1].Value)];
        Assert.All(Enumerable.Range(1, count), number => Assert.Contains($"{family}_{number}", found));
    }

    [GeneratedRegex(@"\[(?:Fact|Theory)[^\n]*\n(?:\s*\[[^\n]*\n)*\s*public (?:async )?(?:void|Task) ([A-Z]+_[0-9]+)_")]
    private static partial Regex TestName();
}
