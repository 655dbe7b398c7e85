using FsCheck;
using FsCheck.Fluent;
using VolMgr.Volumes.Configuration;

namespace VolMgr.Volumes.Tests.Configuration;

public sealed class ConfigurationTextTests
{
    private const string Sample = """
        dg datadg
        	dgid=1741211310.10.host1
        	version=200
        	cds=on
        	base_minor=55000
        	next_rid=0.1030
        dm datadg01
        	tutil0="
        	putil0="
        	comment="the first "disk"
        	rid=0.1025
        	diskid=1741211309.8.host1
        	last_da_name=emc0_01f4
        	pub_len=20905632
        	priv_len=65536
        	removed=off
        	failing=off
        	reserve=on
        	spare=off
        	nohotuse=off
        vol vol01
        	tutil0="ATT1
        	putil0="
        	comment="
        	rid=0.1026
        	use_type=fsgen
        	kstate=ENABLED
        	state="ACTIVE
        	dirty=on
        	read_pol=PREFER
        	pref_plex_rid=0.1027
        	len=2048
        	minor=3
        	user=root
        	group=root
        	mode=0600
        	plex=vol01-01
        plex vol01-01
        	tutil0="
        	putil0="
        	comment="
        	rid=0.1027
        	kstate=ENABLED
        	state="TEMPRMSD
        	iomode=WO
        	layout=STRIPE
        	ncolumn=2
        	st_width=128
        	log=off
        	vol_rid=0.1026
        	sd=datadg01-01:1/16
        sd datadg01-01
        	tutil0="
        	putil0="
        	comment="
        	rid=0.1028
        	dm_name=datadg01
        	dm_rid=0.1025
        	dm_offset=32
        	len=1024
        	plex_rid=0.1027
        	column=1
        	pl_offset=16

        """;

    private static readonly string Text = Sample.ReplaceLineEndings("\n");

    [Fact]
    public void Text_is_this()
    {
        TextReading reading = ConfigurationText.Read(Text);
        Assert.Empty(reading.Problems);
        Assert.Empty(reading.Unknown);
        GroupConfiguration configuration = reading.Configuration!;
        Assert.Equal(Text, ConfigurationText.Write(configuration));
        Assert.Equal("the first \"disk\"", configuration.FindDisk("datadg01")!.Comment);
        Assert.Equal(1024 * 512, configuration.FindSubdisk("datadg01-01")!.Length);
        Assert.Equal(PlexState.TempRmSd, configuration.FindPlex("vol01-01")!.State);
        Assert.Equal(new RecordId(1027), configuration.FindVolume("vol01")!.PreferredPlexId);
    }

    [Fact]
    public void One_record_is_its_part_of_the_whole()
    {
        GroupConfiguration configuration = ConfigurationText.Read(Text).Configuration!;
        foreach (ObjectRecord record in configuration.AllRecords())
        {
            string one = ConfigurationText.WriteRecord(configuration, record);
            Assert.Contains(one, Text, StringComparison.Ordinal);
            Assert.Contains($" {record.Name}\n", one, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Windows_line_ends_blank_lines_and_remarks_do_not_matter()
    {
        string other = "# saved\r\n\r\n" + Text.Replace("\n", "\r\n", StringComparison.Ordinal);
        GroupConfiguration expected = ConfigurationText.Read(Text).Configuration!;
        Assert.True(ConfigurationDelta.Between(expected, ConfigurationText.Read(other).Configuration!).IsEmpty);
    }

    [Theory]
    [InlineData("version=200", "version=x", "line 3: datadg: version=x is not a number")]
    [InlineData("	dgid=1741211310.10.host1\n", "", "line 1: datadg: dgid is missing")]
    [InlineData("cds=on", "cds=yes", "line 4: datadg: cds=yes is neither on nor off")]
    [InlineData("next_rid=0.1030", "next_rid=1030", "line 6: datadg: next_rid=1030 is not a record id such as 0.1025")]
    [InlineData("len=20905632", "len=-1", "line 14: datadg01: pub_len=-1 is not a number of sectors")]
    [InlineData("len=20905632", "len=10x", "line 14: datadg01: pub_len=10x is not a number of sectors")]
    [InlineData("len=20905632", "len=9223372036854775808",
        "line 14: datadg01: pub_len=9223372036854775808 is not a number of sectors")]
    [InlineData("state=\"ACTIVE", "state=\"HAPPY",
        "line 28: vol01: state=HAPPY is none of EMPTY, CLEAN, ACTIVE, SYNC, NEEDSYNC")]
    [InlineData("	minor=3", "	minor", "line 33: an attribute has the form key=value")]
    [InlineData("	minor=3", "	minor=3\n	minor=4", "line 34: vol01: minor is given twice")]
    [InlineData("dg datadg\n", "dg\n", "line 1: a record begins with its type and its name")]
    [InlineData("dm datadg01", "	stray=1\ndm datadg01", "line 7: unknown attribute stray")]
    [InlineData("rid=0.1028", "rid=0.1027", "line 52: datadg01-01: record id 0.1027 is used twice")]
    [InlineData("user=root", "user=ro\u0001ot", "line 34: control characters are not allowed")]
    [InlineData("dm datadg01", "dg other\n	dgid=1.1.h\n	next_rid=0.1\ndm datadg01",
        "line 7: other: a second disk group")]
    public void Problem_is_named_with_its_line(string good, string bad, string problem)
    {
        TextReading reading = ConfigurationText.Read(Text.Replace(good, bad, StringComparison.Ordinal));
        IEnumerable<string> all = reading.Problems.Concat(reading.Unknown).Select(one => one.ToString());
        Assert.Contains(all, one => one.Replace("datadg: unknown", "unknown", StringComparison.Ordinal) == problem);
        Assert.Equal(reading.Problems.Count == 0, reading.Configuration is not null);
    }

    [Fact]
    public void All_problems_are_reported_together()
    {
        TextReading reading = ConfigurationText.Read("	a=1\ndg x\n	version=y\ndm z\n	rid=q\n");
        Assert.Null(reading.Configuration);
        Assert.True(reading.Problems.Count >= 6, string.Join('\n', reading.Problems));
    }

    [Fact]
    public void Unknown_attributes_and_types_are_listed_and_do_not_hinder()
    {
        TextReading reading = ConfigurationText.Read(Text + "rlink vol01_rlk\n	log_vol=x\n" + "");
        TextReading with = ConfigurationText.Read(Text.Replace("	minor=3", "	minor=3\n	fstype=\"",
            StringComparison.Ordinal));
        Assert.NotNull(reading.Configuration);
        Assert.Equal("unknown record type rlink", reading.Unknown.Single().Message.Split(": ")[1]);
        Assert.NotNull(with.Configuration);
        Assert.Equal("line 34: vol01: unknown attribute fstype", with.Unknown.Single().ToString());
    }

    [Fact]
    public void What_was_written_is_read_back()
    {
        Prop.ForAll<int>(seed =>
        {
            GroupConfiguration written = RandomConfiguration.Of(new Random(seed));
            TextReading reading = ConfigurationText.Read(ConfigurationText.Write(written));
            return reading.Configuration is not null && reading.Unknown.Count == 0 &&
                ConfigurationText.FindUnwritable(written).Count == 0 &&
                ConfigurationDelta.Between(written, reading.Configuration).IsEmpty;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Difference_leads_from_one_to_the_other()
    {
        Prop.ForAll<int, int>((first, second) =>
        {
            GroupConfiguration before = RandomConfiguration.Of(new Random(first));
            GroupConfiguration after = RandomConfiguration.Of(new Random(second));
            var delta = ConfigurationDelta.Between(before, after);
            return ConfigurationDelta.Between(after, delta.ApplyTo(before)).IsEmpty &&
                ConfigurationDelta.Between(after, delta.ApplyTo(delta.ApplyTo(before))).IsEmpty;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Any_text_is_read_without_an_exception()
    {
        Prop.ForAll<string?>(text => Sound(ConfigurationText.Read(text ?? ""))).QuickCheckThrowOnFailure();
        var random = new Random(11);
        for (int round = 0; round < 2000; round++)
        {
            char[] changed = Text.ToCharArray();
            for (int change = 0; change < 1 + (round % 5); change++)
            {
                changed[random.Next(changed.Length)] = (char)random.Next(round % 2 == 0 ? 128 : 0x10000);
            }

            Assert.True(Sound(ConfigurationText.Read(new string(changed))));
        }
    }

    [Fact]
    public void Values_that_would_not_come_back_are_found()
    {
        GroupConfiguration good = ConfigurationText.Read(Text).Configuration!;
        VolumeRecord volume = good.FindVolume("vol01")!;
        foreach (VolumeRecord bad in new[]
        {
            volume with { Comment = "two\nlines" },
            volume with { Comment = "half \ud800" },
            volume with { User = "\"quoted" },
            volume with { Length = 100 },
            volume with { Length = -512 },
            volume with { Minor = -1 },
            volume with { Name = " x" },
            volume with { Name = "" },
        })
        {
            Assert.Single(ConfigurationText.FindUnwritable(good.With(bad)), text => text.Length > 0);
        }
    }

    private static bool Sound(TextReading reading) => reading.Configuration is null == reading.Problems.Count > 0;
}
