using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace VolMgr.Arrays.Tests;

public sealed class TopologyGarbageTests
{
    public static TheoryData<string, string> Unreadable { get; } = new()
    {
        { "", "empty" },
        { "# nothing\n", "empty" },
        { "\t- x", "" },
        { "format: 1\n\tarrays: []", "not YAML" },
        { "format: [1", "" },
        { "format: 1\n---\nformat: 1\n", "second document" },
        { "a: &x 1\nb: *x\n", "aliases" },
        { "a: !!binary aGFsbG8=\n", "tags" },
        { "just words", "a mapping is needed" },
        { "[]", "a mapping is needed" },
        { "null", "a mapping is needed" },
        { "? [a]\n: b\n", "the name of a field must be a word" },
        { "format: 1\nformat: 1\narrays: []\nhosts: []", "twice" },
        { "format: 1\narrays: []\nhosts: []\n", "the list is empty" },
        { "format: 1\narrays: [x]\nhosts: [y]\n", "a mapping is needed" },
        { new string('[', 100_000), "nested deeper" },
        { string.Concat(Enumerable.Repeat("{a: ", 5000)), "nested deeper" },
        { new string('x', LabTopologyText.LongestText + 1), "another file" },
        { "\0\u0001\u0002\ufffd\uffff", "" },
        { "%YAML 9.9\n---\nformat: 1\n", "" },
    };

    [Theory]
    [MemberData(nameof(Unreadable), DisableDiscoveryEnumeration = true)]
    public void An_unreadable_text_is_a_problem_and_no_exception(string text, string words)
    {
        TopologyReading reading = LabTopologyText.Read(text);

        Assert.Null(reading.Topology);
        Assert.Contains(reading.Problems, problem => problem.Message.Contains(words, StringComparison.Ordinal));
        Assert.All(reading.Problems, problem => Assert.DoesNotContain(problem.ToString(), char.IsControl));
    }

    /// <summary>
    /// Aliases of aliases would grow to a thousand million nodes; the first of them ends the reading.
    /// </summary>
    [Fact]
    public void A_bomb_of_aliases_does_not_go_off()
    {
        StringBuilder bomb = new("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
        for (int level = 1; level < 10; level++)
        {
            string alias = $"*a{level - 1}";
            bomb.Append($"a{level}: &a{level} [{string.Join(',', Enumerable.Repeat(alias, 10))}]\n");
        }

        TopologyProblem problem = Assert.Single(LabTopologyText.Read(bomb.ToString()).Problems);
        Assert.Equal(2, problem.Line);
        Assert.Contains("aliases", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Random_bytes_are_problems_and_no_exception() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes =>
        {
            TopologyReading reading = LabTopologyText.Read(Encoding.Latin1.GetString(bytes));
            return reading.Topology is null && reading.Problems.Count > 0;
        }).QuickCheckThrowOnFailure();

    /// <summary>
    /// A good text with a few characters replaced, removed or doubled: read or refused, never thrown.
    /// </summary>
    [Fact]
    public void Damaged_texts_are_read_or_refused()
    {
        string good = LabTopologyText.Write(
            LabTemplates.Build(LabTemplates.Cluster, new LabTemplateOptions(2, 1L << 20))!);
        const string Marks = "\t\n -:[]{}'\"*&!|>%@`#,?\0aZ09~\\\u00ff";
        Gen<(int At, int Kind, int Mark)[]> damages = Gen.ArrayOf(
            from at in Gen.Choose(0, good.Length - 1)
            from kind in Gen.Choose(0, 2)
            from mark in Gen.Choose(0, Marks.Length - 1)
            select (at, kind, mark));
        Prop.ForAll(damages.ToArbitrary(), changes =>
        {
            StringBuilder text = new(good);
            foreach ((int at, int kind, int mark) in changes.Take(6))
            {
                int place = Math.Min(at, text.Length - 1);
                _ = kind switch
                {
                    0 => text.Remove(place, 1),
                    1 => text.Insert(place, Marks[mark]),
                    _ => text.Replace(text[place], Marks[mark], place, 1),
                };
            }

            TopologyReading reading = LabTopologyText.Read(text.ToString());
            return (reading.Topology is null) == (reading.Problems.Count > 0);
        }).QuickCheckThrowOnFailure();
    }
}
