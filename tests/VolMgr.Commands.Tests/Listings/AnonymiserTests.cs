using System.Text.RegularExpressions;
using VolMgr.Commands.Captures;

namespace VolMgr.Commands.Tests.Listings;

/// <summary>Configurations that can be shared: no name of the site is left, and nothing else has changed.</summary>
public sealed partial class AnonymiserTests
{
    private const string Description =
        "dg payroll\n\tdgid=1741211310.10.zurich7\n\trid=0.1025\n\tversion=160\n\tconfig_tid=0.1060\n"
        + "dm payroll01\n\tlast_da_name=emc_basel0_01f4\n\tdiskid=1741211301.8.zurich7\n\tpub_len=20905632\n"
        + "\tpriv_len=65536\n\tcomment=\"second floor\n\tudid=EMC%5FSYMMETRIX%5F000190300123%5F0201F4\n\trid=0.1026\n"
        + "vol wages\n\tuse_type=fsgen\n\tlen=10485760\n\tkstate=ENABLED\n\tstate=\"ACTIVE\n\tplex=wages-01\n"
        + "\trid=0.1030\n"
        + "plex wages-01\n\tlayout=CONCAT\n\tkstate=ENABLED\n\tstate=\"ACTIVE\n\tsd=payroll01-01:0\n"
        + "\trid=0.1031\n"
        + "sd payroll01-01\n\tdm_name=payroll01\n\tdm_offset=16\n\tlen=10485760\n\trid=0.1032\n"
        + "dco wages_dco\n\tparent_vol=wages\n\trid=0.1040\n";

    [Fact]
    public void No_name_of_the_site_is_left()
    {
        string shared = Anonymous(Description);

        foreach (string name in (string[])["payroll", "wages", "zurich7", "basel", "000190300123", "second floor"])
        {
            Assert.DoesNotContain(name, shared, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public void Lengths_layouts_and_states_are_what_they_were()
    {
        string[] kept = [.. Facts().Matches(Description).Select(match => match.Value)];

        Assert.NotEmpty(kept);
        Assert.Equal(kept, Facts().Matches(Anonymous(Description)).Select(match => match.Value));
    }

    [Fact]
    public void The_same_name_becomes_the_same_name_in_a_listing_and_a_description()
    {
        const string Listing = "DG NAME         NCONFIG      NLOG     MINORS   GROUP-ID\n";
        CaptureReading reading = CaptureReader.Read([("a", Description)]);
        var anonymiser = new Anonymiser(reading);

        string line = anonymiser.Apply(Listing + "v  wages        -            ENABLED  ACTIVE   10485760 SELECT\n");

        Assert.Contains("vol wages", Description, StringComparison.Ordinal);
        Assert.Contains("vol vol001\n", anonymiser.Apply(Description), StringComparison.Ordinal);
        Assert.Contains("v  vol001 ", line, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_shared_is_read_as_a_group_of_the_same_shape()
    {
        CapturedGroup before = Assert.Single(CaptureReader.Read([("a", Description)]).Groups);

        CapturedGroup after = Assert.Single(CaptureReader.Read([("a", Anonymous(Description))]).Groups);

        Assert.Equal(before.Configuration.Volumes.Count, after.Configuration.Volumes.Count);
        Assert.Equal(before.Configuration.Plexes.Keys, after.Configuration.Plexes.Keys);
        Assert.Equal(
            before.Configuration.Subdisks.Values.Select(piece => (piece.DiskOffset, piece.Length)),
            after.Configuration.Subdisks.Values.Select(piece => (piece.DiskOffset, piece.Length)));
        Assert.Equal("emc0_0001", Assert.Single(after.Devices.Values));
    }

    private static string Anonymous(string text) =>
        new Anonymiser(CaptureReader.Read([("payroll.cfgrec", text)])).Apply(text);

    [GeneratedRegex(@"(?m)^\t(len|pub_len|priv_len|dm_offset|layout|kstate|state|rid|use_type|version)=.*$")]
    private static partial Regex Facts();
}
