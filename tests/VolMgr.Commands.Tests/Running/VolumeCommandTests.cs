namespace VolMgr.Commands.Tests.Running;

/// <summary>Volumes and plexes by command.</summary>
public sealed class VolumeCommandTests
{
    [Fact]
    public async Task Volumes_of_each_layout_are_made_and_listed()
    {
        await using CommandLab lab = await CommandLab.PopulatedAsync();

        await lab.DoAsync("vxassist -g datadg make stripes 8m layout=stripe ncol=2 stripeunit=32k datadg02 datadg03");
        await lab.DoAsync("vxassist -g datadg make twins 8m layout=mirror,log logtype=drl init=active");

        IReadOnlyList<string[]> stripes = (await lab.AskAsync("vxprint -g datadg -ht stripes")).Rows;
        Assert.Equal(["STRIPE", "2/64"], stripes.First(row => row[0] == "pl")[6..8]);
        IReadOnlyList<string[]> twins = (await lab.AskAsync("vxprint -g datadg -ht twins")).Rows;
        Assert.Equal(3, twins.Count(row => row[0] == "pl"));
        Assert.Single(twins, row => row[0] == "pl" && row[5] == "LOGONLY");
    }

    [Fact]
    public async Task A_name_that_is_taken_is_refused_with_its_code() => await RefusedAsync(
        "vxassist -g datadg make vol01 8m", 12, "vol01");

    [Fact]
    public async Task No_space_is_refused() =>
        await RefusedAsync("vxassist -g datadg make big 10t", 40, "Cannot allocate space");

    [Theory]
    [InlineData("-1")]
    [InlineData("10x")]
    [InlineData("9223372036854775808")]
    [InlineData("18014398509481984")]
    [InlineData("0")]
    public async Task A_length_that_is_none_is_refused_and_named(string length)
    {
        await RefusedAsync($"vxassist -g datadg make big {length}", 1, length + ":");
        await RefusedAsync($"vxassist -g datadg growto vol01 {length}", 1, length + ":");
    }

    [Theory]
    [InlineData("usetype=zzz")]
    [InlineData("alloc=")]
    [InlineData("mirror=")]
    public async Task An_attribute_without_meaning_is_refused_and_named(string attribute) =>
        await RefusedAsync($"vxassist -g datadg make vol09 8m {attribute}", 1, attribute + ":");

    [Fact]
    public async Task A_volume_grows_and_shrinks()
    {
        await using CommandLab lab = await CommandLab.PopulatedAsync();

        await lab.DoAsync("vxassist -g datadg growby vol01 4m");
        Assert.Equal("622592", await LengthAsync(lab));
        await lab.DoAsync("vxassist -g datadg growto vol01 320m");
        Assert.Equal("655360", await LengthAsync(lab));
        await lab.DoAsync("vxassist -g datadg shrinkby vol01 20m");
        await lab.DoAsync("vxassist -g datadg shrinkto vol01 8m");
        Assert.Equal("16384", await LengthAsync(lab));
        Assert.Matches(
            @"^Maximum volume size: \d+ \(\d+Mb\)\n$", (await lab.AskAsync("vxassist -g datadg maxsize")).Out);
        Assert.Matches(
            @"^Volume vol01 can be extended by \d+ to \d+ \(\d+Mb\)\n$",
            (await lab.AskAsync("vxassist -g datadg maxgrow vol01")).Out);
    }

    [Fact]
    public async Task A_volume_stops_starts_and_is_removed()
    {
        await using CommandLab lab = await CommandLab.PopulatedAsync();

        await lab.DoAsync("vxvol -g datadg stop vol01");
        Assert.Equal(["DISABLED", "CLEAN"], (await lab.AskAsync("vxprint -g datadg -t vol01")).Rows[1][3..5]);
        await lab.FailAsync("vxvol -g datadg stop vol01", 26);
        await lab.DoAsync("vxvol -g datadg startall");
        await lab.FailAsync("vxvol -g datadg start vol01", 25);
        await lab.DoAsync("vxvol -g datadg startall");
        await lab.DoAsync("vxassist -g datadg remove volume vol01");
        Assert.Contains(
            "V-5-1-924", (await lab.FailAsync("vxprint -g datadg vol01", 11)).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_and_attributes_are_edited()
    {
        await using CommandLab lab = await CommandLab.PopulatedAsync();

        await lab.DoAsync("vxedit -g datadg rename vol01 appvol");
        await lab.DoAsync("vxedit -g datadg set comment=moved user=oracle appvol");
        await lab.DoAsync("vxvol -g datadg set mode=0640 appvol");
        string text = (await lab.AskAsync("vxprint -g datadg -l appvol")).Out;
        Assert.Contains("comment:  moved", text, StringComparison.Ordinal);
        Assert.Contains("user=oracle group=root mode=0640", text, StringComparison.Ordinal);
        await lab.FailAsync("vxedit -g datadg set comment=x nowhere", 11);
        await lab.FailAsync("vxvol -g datadg set maxstate=x appvol", 41);
        await lab.FailAsync("vxvol -g datadg set fastresync=on appvol", 20); // it has no DCO
    }

    [Fact]
    public async Task A_stopped_volume_is_mended()
    {
        await using CommandLab lab = await CommandLab.PopulatedAsync();

        await lab.DoAsync("vxvol -g datadg stop vol01");
        await lab.DoAsync("vxmend -g datadg fix stale vol01-01");
        Assert.Equal("STALE", (await lab.AskAsync("vxprint -g datadg -pt")).Rows[1][4]);
        await lab.FailAsync("vxvol -g datadg start vol01", 24);
        await lab.DoAsync("vxmend -g datadg fix clean vol01-01");
        await lab.DoAsync("vxvol -g datadg start vol01");
        Assert.Equal("ACTIVE", (await lab.AskAsync("vxprint -g datadg -pt")).Rows[1][4]);
    }

    [Fact]
    public async Task The_make_form_names_every_record()
    {
        await using CommandLab lab = await CommandLab.PopulatedAsync();

        string text = (await lab.AskAsync("vxprint -g datadg -hm")).Out;

        Assert.Contains("vol01-01", text, StringComparison.Ordinal);
        Assert.Contains("datadg01-01", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_defaults_file_gives_what_the_command_line_leaves_out()
    {
        await using CommandLab lab = await CommandLab.PopulatedAsync();
        lab.UserFiles["/export/admin/defaults"] =
            "# ours\nlayout=stripe ncol=3 max_nstripe=8 min_columns=2\nuser=oracle # owner\n";
        lab.UserFiles["/export/admin/wrong"] = "layout=stripe max_ncolumn=4\n";

        await lab.DoAsync("vxassist -g datadg -d defaults make stripes 6m ncol=2");
        await lab.FailAsync("vxassist -g datadg -d nowhere make other 6m", 5);
        CommandResult wrong = await lab.FailAsync("vxassist -g datadg -d wrong make other 6m", 41);

        CommandResult listing = await lab.AskAsync("vxprint -g datadg -ht stripes");
        Assert.Equal("2/128", listing.Rows.First(row => row[0] == "pl")[7]);
        CommandResult text = await lab.AskAsync("vxprint -g datadg -l stripes");
        Assert.Contains("user=oracle", text.Out, StringComparison.Ordinal);
        Assert.Contains("max_ncolumn", wrong.Error, StringComparison.Ordinal);
    }

    private static async Task RefusedAsync(string line, int code, string words)
    {
        await using CommandLab lab = await CommandLab.PopulatedAsync();
        long generation = lab.Host.Groups[0].Generation;

        CommandResult result = await lab.FailAsync(line, code);

        Assert.Contains(words, result.Error, StringComparison.Ordinal);
        Assert.StartsWith("VxVM ", result.Error, StringComparison.Ordinal);
        Assert.Equal(generation, lab.Host.Groups[0].Generation);
    }

    private static async Task<string> LengthAsync(CommandLab lab) =>
        (await lab.AskAsync("vxprint -g datadg -F %len vol01")).Lines[0];
}
