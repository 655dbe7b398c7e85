using VolMgr.Commands.Parsing;
using VolMgr.Commands.Text;
using VolMgr.Commands.Views;
using VolMgr.Commands.Vxprint;
using VolMgr.Volumes;

namespace VolMgr.Commands.Tests.Listings;

/// <summary>Every form of vxprint on the sample group.</summary>
public sealed class VxprintListingTests
{
    [Theory]
    [InlineData("vxprint", "")]
    [InlineData("vxprint-g", "-g datadg")]
    [InlineData("vxprint-ht", "-ht")]
    [InlineData("vxprint-hrt-g", "-hrt -g datadg")]
    [InlineData("vxprint-ht-vol", "-g datadg -ht datavol")]
    [InlineData("vxprint-t-vol", "-g datadg -t datavol")]
    [InlineData("vxprint-vt", "-vt")]
    [InlineData("vxprint-v", "-v")]
    [InlineData("vxprint-pht", "-g datadg -pht")]
    [InlineData("vxprint-qQht", "-qQht")]
    [InlineData("vxprint-l", "-l")]
    [InlineData("vxprint-hl-vol", "-g datadg -hl datavol")]
    [InlineData("vxprint-vn", "-g datadg -vn")]
    [InlineData(
        "vxprint-F",
        "-g datadg -F%type\\t%name\\t%assoc\\t%kstate\\t%len\\t%column_pl_offset\\t%state\\t%{tutil0}")]
    [InlineData("vxprint-um", "-g datadg -um -ht datavol")]
    [InlineData("vxprint-x", "-g datadg -x strvol")]
    [InlineData("vxprint-a", "-g datadg -a datavol datavol-01")]
    [InlineData("vxprint-m-hvps", "-g datadg -hvpsm strvol")]
    [InlineData("vxprint-S", "-S")]
    [InlineData("vxprint-e-sd", "-g datadg -se sd_dm_name=datadg01")]
    [InlineData("vxprint-e-h", "-g datadg -vht -e v_plex.pl_subdisk.sd_dm_name==datadg02")]
    public void A_form_prints_its_golden_text(string golden, string arguments)
    {
        (List<string> lines, List<string> missing) = Print(arguments);

        Assert.Empty(missing);
        Assert.DoesNotContain(lines, line => line.EndsWith(' '));
        GoldenFile.Matches(golden, lines);
    }

    [Fact]
    public void Without_options_it_is_the_same_as_hierarchy_with_all_groups() =>
        Assert.Equal(Print("-hr").Lines, Print("").Lines);

    [Fact]
    public void A_name_that_no_group_has_is_missing()
    {
        (List<string> lines, List<string> missing) = Print("-ht datavol nowhere");

        Assert.Equal(["nowhere"], missing);
        Assert.Contains(lines, line => line.StartsWith("v  datavol ", StringComparison.Ordinal));
    }

    [Fact]
    public void A_type_option_hides_names_of_other_types() =>
        Assert.Equal(["datavol-01"], Print("-v datavol-01").Missing);

    [Fact]
    public void The_subdisk_row_has_plex_third_and_device_eighth_for_awk()
    {
        string[] row = Print("-g datadg -ht datavol").Lines
            .First(line => line.StartsWith("sd ", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal("datavol-01", row[2]);
        Assert.Equal("emc0_01f4", row[7]);
    }

    [Fact]
    public void An_unknown_field_of_a_format_is_named()
    {
        Outcome<FormatText> format = FormatText.Parse("%name %nonsense");

        Assert.False(format.IsDone);
        Assert.Contains("%nonsense", format.Refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_format_for_one_type_skips_the_others() =>
        Assert.Equal(
            ["brokenvol 2048", "datavol 10485760", "oracle_archive_vol01 4194304", "strvol 4194304"],
            Print("-g datadg -F v:%name\\040%len".Replace("\\040", "%%", StringComparison.Ordinal)).Lines
                .Select(line => line.Replace('%', ' ')));

    [Theory]
    [InlineData("pl_subdisk.sd_dm_name == \"datadg01\"", "datavol-01 datavol-03 oracle_archive_vol01-01 strvol-01")]
    [InlineData("pl_sd.sd_dm_name=datadg02 && pl_kstate = ENABLED", "datavol-02 strvol-01")]
    [InlineData("aslist.sd_dm_name=\"datadg03\"", "brokenvol-01")]
    [InlineData("pl_volume=datavol && !(pl_log)", "datavol-01 datavol-02")]
    [InlineData("pl_v_name ~ /^data/ && pl_len < 1g", "datavol-03")]
    [InlineData("pl_volume.v_plex.pl_state == TEMPRMSD", "datavol-01 datavol-02 datavol-03")]
    [InlineData("v_name=datavol", "")]
    public void A_search_expression_selects_plexes(string expression, string expected)
    {
        SearchExpression search = SearchExpression.Parse(expression).Value;
        (List<string> lines, List<string> _) = PrintListing.Of(
            [SampleGroup.View],
            PrintRequest.Of(CommandLine.Parse(VxprintCommand.Definition, ["-pn", "-e", "x"]).Options) with
            {
                Search = search,
            },
            [],
            null);

        Assert.Equal(expected, string.Join(' ', lines));
    }

    [Theory]
    [InlineData("v_nonsense == 1")]
    [InlineData("v_name == a)")]
    [InlineData("(v_name == a")]
    [InlineData("v_name ~ /(/")]
    [InlineData("&& v_name")]
    [InlineData("")]
    public void A_wrong_search_expression_is_a_syntax_error(string expression)
    {
        Outcome<SearchExpression> search = SearchExpression.Parse(expression);

        Assert.False(search.IsDone);
    }

    [Fact]
    public void A_deep_nest_of_a_search_expression_is_refused() =>
        Assert.False(SearchExpression.Parse(new string('(', 100000) + "v_name" + new string(')', 100000)).IsDone);

    [Theory]
    [InlineData("m", 3 << 20, "3.00m")]
    [InlineData("h", 5L << 30, "5.00g")]
    [InlineData("g", 1 << 29, "0.50g")]
    [InlineData("s", 1024, "2")]
    public void Lengths_are_written_in_the_unit_asked_for(string unit, long bytes, string expected) =>
        Assert.Equal(expected, LengthStyle.Parse(unit, isHexadecimal: false).Value.Of(bytes));

    private static (List<string> Lines, List<string> Missing) Print(string arguments)
    {
        string[] words = arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        CommandLine line = CommandLine.Parse(VxprintCommand.Definition, words);
        Assert.Null(line.Refusal);
        FormatText? format = line.Options.Value('F') is { } text ? FormatText.Parse(text).Value : null;
        IReadOnlyList<GroupView> groups = [SampleGroup.View];
        LengthStyle lengths = LengthStyle.Parse(line.Options.Value('u'), line.Options.Has('x')).Value;
        SearchExpression? search = line.Options.Value('e') is { } pattern
            ? SearchExpression.Parse(pattern).Value : null;
        return PrintListing.Of(
            [.. groups.Select(group => group with { Lengths = lengths })],
            PrintRequest.Of(line.Options) with { Search = search },
            line.Operands,
            format);
    }
}
