using VolMgr.Commands.Parsing;
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

    private static (List<string> Lines, List<string> Missing) Print(string arguments)
    {
        string[] words = arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        CommandLine line = CommandLine.Parse(VxprintCommand.Definition, words);
        Assert.Null(line.Refusal);
        FormatText? format = line.Options.Value('F') is { } text ? FormatText.Parse(text).Value : null;
        IReadOnlyList<GroupView> groups = [SampleGroup.View];
        return PrintListing.Of(groups, PrintRequest.Of(line.Options), line.Operands, format);
    }
}
