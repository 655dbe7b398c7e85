using System.Reflection;
using VolMgr.Commands.Captures;
using VolMgr.Volumes.Configuration;

namespace VolMgr.Commands.Tests.Listings;

/// <summary>Captures of production are read without loss, and printed as they were.</summary>
public sealed class CaptureTests
{
    private static readonly string Folder = Path.Combine(
        typeof(CaptureTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .First(item => item.Key == "ProjectDirectory").Value ?? ".",
        "Captured");

    public static IEnumerable<TheoryDataRow<string>> Faithful => Names("ht-*.txt").Concat(Names("ty-*.txt"));

    public static IEnumerable<TheoryDataRow<string>> Kept => Names("kept-*.txt");

    public static IEnumerable<TheoryDataRow<string>> Listings =>
        [.. Faithful, .. Kept, .. Names("hpux-*.txt"), .. Names("old-*.txt")];

    public static IEnumerable<TheoryDataRow<string>> Descriptions => Names("m-*.txt");

    [Theory]
    [InlineData("V  NAME")]
    [InlineData("DG NAME")]
    [InlineData("TY NAME")]
    public void A_heading_that_is_cut_short_is_a_heading(string heading) =>
        Assert.Empty(CaptureReader.Read([("a", heading)]).Groups);

    [Theory]
    [MemberData(nameof(Faithful))]
    public void A_listing_is_printed_as_it_was_captured(string name)
    {
        string text = Text(name);

        CaptureReading reading = Read(name);

        string option = name.StartsWith("ty", StringComparison.Ordinal) ? "-hr" : "-ht";
        string[] options = text.StartsWith("Disk group", StringComparison.Ordinal) ? [option] : [option, "-g", "x"];
        Assert.Equal(text, string.Join(
            "\n", reading.Groups.Select(group => Lines(CapturedListing.Of(group, options)))));
        Assert.All(reading.Groups, group => Assert.Empty(group.Kept));
        Assert.All(reading.Groups, group => Assert.Empty(ConfigurationChecks.Validate(group.Configuration)));
    }

    [Fact]
    public void The_corpus_has_at_least_forty_shapes() =>
        Assert.InRange(Directory.GetFiles(Folder, "*.txt").Length, 40, 1000);

    [Theory]
    [MemberData(nameof(Listings))]
    public void Whatever_is_built_of_it_a_listing_is_printed_column_for_column(string name)
    {
        string text = Text(name);
        int block = name.StartsWith("hpux", StringComparison.Ordinal)
            ? CaptureReader.HpuxBlock : CaptureReader.Sector;

        CaptureReading reading = CaptureReader.Read([(name, text)], block);

        string option = name.Replace("kept-", "", StringComparison.Ordinal).StartsWith("ty-", StringComparison.Ordinal)
            ? "-hr" : "-htr";
        string[] options = text.StartsWith("Disk group", StringComparison.Ordinal) ? [option] : [option, "-g", "x"];
        Assert.Equal(text, string.Join(
            "\n", reading.Groups.Select(group => Lines(CapturedListing.Of(group, options)))));
        Assert.DoesNotContain(reading.Notes, note => note.Contains("not understood", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Descriptions))]
    [MemberData(nameof(Faithful))]
    public void Without_its_names_a_capture_is_a_group_of_the_same_shape(string name)
    {
        CaptureReading before = Read(name);

        CaptureReading after = CaptureReader.Read([(name, new Anonymiser(before).Apply(Text(name)))]);

        Assert.Equal(before.Groups.Count, after.Groups.Count);
        Assert.Equal(Shape(before), Shape(after));
    }

    [Theory]
    [InlineData("vxprint-ht")]
    [InlineData("vxprint")]
    public void What_vxprint_prints_itself_is_read_and_printed_again(string golden)
    {
        string text = File.ReadAllText(Path.Combine(Folder, "..", "Golden", golden + ".txt"));

        CapturedGroup group = Assert.Single(CaptureReader.Read([(golden, text)]).Groups);

        Assert.Equal(text, Lines(CapturedListing.Of(group, golden == "vxprint" ? "-hr" : "-ht")));
    }

    [Theory]
    [MemberData(nameof(Kept))]
    public void What_is_not_built_is_kept_line_by_line_and_said(string name)
    {
        string text = Text(name);

        CaptureReading reading = Read(name);

        CapturedGroup group = Assert.Single(reading.Groups);
        Assert.NotEmpty(group.Kept);
        Assert.NotEmpty(reading.Notes);
        Assert.All(
            group.Kept.Where(line => line.StartsWith("sd ", StringComparison.Ordinal)),
            line => Assert.NotNull(group.Configuration.FindSubdisk(line.Split(' ')[1])));
        HashSet<string> printed =
            [.. CapturedListing.Of(group, "-ht"), .. CapturedListing.Of(group, "-hr"), .. group.Kept, ""];
        Assert.All(text.Split('\n'), line => Assert.Contains(line, printed));
    }

    [Theory]
    [MemberData(nameof(Descriptions))]
    public void A_description_is_exported_as_it_was_read(string name)
    {
        string text = Text(name);

        CapturedGroup group = Assert.Single(Read(name).Groups);

        Assert.Equal(text, DescriptionExport.Of(group.Configuration, group));
        Assert.Empty(ConfigurationChecks.Validate(group.Configuration));
    }

    [Fact]
    public void An_export_shows_what_has_changed_and_keeps_foreign_keys()
    {
        CapturedGroup group = Assert.Single(Read("m-mirror").Groups);
        PlexRecord plex = group.Configuration.FindPlex("datavol-01")!;
        SubdiskRecord subdisk = group.Configuration.FindSubdisk("datadg01-01")!;

        string text = DescriptionExport.Of(group.Configuration.Without(plex.Id).Without(subdisk.Id), group);

        Assert.DoesNotContain("datadg01-01", text, StringComparison.Ordinal);
        Assert.Contains("plex=datavol-02\n", text, StringComparison.Ordinal);
        Assert.Contains("update_tid=0.1028", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stripe_and_a_comment_of_a_description_are_understood()
    {
        GroupConfiguration striped = Assert.Single(Read("m-stripe").Groups).Configuration;
        PlexRecord plex = striped.FindPlex("strvol-01")!;
        Assert.Equal((PlexLayout.Stripe, 2, 65536), (plex.Layout, plex.ColumnCount, plex.StripeUnit));
        Assert.Equal([0, 1], striped.SubdisksOf(plex.Id).Select(subdisk => subdisk.Column));

        Assert.Equal(
            "moved by \"ops\", wave 3 = ok",
            Assert.Single(Read("m-comment-quotes").Groups).Configuration.FindDisk("datadg01")!.Comment);
        Assert.Equal(160, striped.Group.Version);
    }

    [Fact]
    public void Blocks_of_hpux_are_twice_as_long()
    {
        CapturedGroup group = Assert.Single(
            CaptureReader.Read([("hpux", Text("hpux-ht"))], CaptureReader.HpuxBlock).Groups);

        Assert.Equal(1L << 30, group.Configuration.FindVolume("rootvol")!.Length);
    }

    [Fact]
    public void A_listing_of_an_old_release_has_its_usage_type_third()
    {
        CapturedGroup group = Assert.Single(Read("old-ht").Groups);

        Assert.Equal("gen", group.Configuration.FindVolume("swapvol")!.UseType);
        Assert.Equal("962910960.1025.bass", group.Configuration.Group.GroupId);
    }

    [Fact]
    public void What_changed_since_the_import_is_printed_as_it_is_now_and_the_rest_as_it_was()
    {
        CapturedGroup group = Assert.Single(
            CaptureReader.Read([("a", Text("hpux-mirror"))], CaptureReader.HpuxBlock).Groups);
        GroupConfiguration all = group.Configuration;
        VolumeRecord volume = all.FindVolume("lvol5")!;
        RecordId id = new(9000);
        GroupConfiguration changed = all.With(volume with { ReadPolicy = ReadPolicy.Select })
            .With(volume with { Id = id, Name = "another", Minor = 7 });

        IReadOnlyList<string> lines = CapturedListing.Of(
            group with { Configuration = changed }, group, "-ht", "-g", "x");

        Assert.Contains(
            "v  lvol5        -            ENABLED  ACTIVE   1048576  SELECT    lvol5-01 fsgen", lines);
        Assert.Contains(lines, line => line.StartsWith("v  another ", StringComparison.Ordinal));
        Assert.True(
            lines.ToList().FindIndex(line => line.StartsWith("v  another", StringComparison.Ordinal))
            < lines.ToList().FindIndex(line => line.StartsWith("v  lvol5", StringComparison.Ordinal)));
        Assert.Contains("pl lvol5-01     lvol5        ENABLED  ACTIVE   1048576  STRIPE    2/64     RW", lines);
    }

    [Theory]
    [InlineData("-ht", "v  r5           -            ENABLED  ACTIVE   2097152  SELECT    -        raid5")]
    [InlineData("-ht", "pl r5-01        r5           ENABLED  ACTIVE   2097152  RAID      3/32     RW")]
    [InlineData("-hr", "v  r5           raid5        ENABLED  2097152  -        ACTIVE   -       -")]
    public void Kept_records_of_a_description_are_listed_too(string option, string row) =>
        Assert.Contains(row, CapturedListing.Of(Assert.Single(Read("m-raid5").Groups), option));

    [Theory]
    [MemberData(nameof(Descriptions))]
    public void A_description_is_printed_as_it_was_read(string name)
    {
        CapturedGroup group = Assert.Single(Read(name).Groups);

        Assert.Equal(Text(name), Lines(CapturedListing.Of(group, "-m", "-g", "x")));
    }

    [Fact]
    public void Kept_records_are_printed_in_every_form()
    {
        CapturedGroup described = Assert.Single(Read("m-raid5").Groups);
        CapturedGroup listed = Assert.Single(Read("kept-ht-raid5").Groups);

        Assert.Contains("\ttutil0=\"", CapturedListing.Of(described, "-pm"));
        Assert.Contains("vol r5vol", CapturedListing.Of(listed, "-m"));
        Assert.Contains("\tncolumn=3", CapturedListing.Of(listed, "-pm"));
        Assert.Equal(["r5vol"], CapturedListing.Of(listed, "-vn"));
        Assert.Contains("Volume:   r5vol", CapturedListing.Of(listed, "-l"));
        Assert.Contains(
            CapturedListing.Of(listed, "-pa"), line => line.StartsWith("plex r5vol-01 ", StringComparison.Ordinal));
        Assert.Equal(
            ["v  r5vol        raid5        ENABLED  2097152  -        ACTIVE   -       -"],
            CapturedListing.Of(listed, "-v", "-q", "-g", "x"));
    }

    [Fact]
    public void Devices_outside_the_groups_come_from_vxdisk_list()
    {
        CaptureReading reading = CaptureReader.Read([("a", Text("ht-mirror")), ("b", Text("vxdisk-list"))]);

        Assert.Equal(
            ["disk_0", "emc0_01f5", "pure0_0013"], reading.Devices.Select(device => device.Name));
        Assert.Equal(10240L << 20, reading.Devices[2].Length);
    }

    [Fact]
    public void Noise_never_throws_and_is_said()
    {
        Random random = new(7);
        string[] all = [.. Directory.GetFiles(Folder).Order(StringComparer.Ordinal).Select(File.ReadAllText)];
        for (int round = 0; round < 300; round++)
        {
            char[] text = all[random.Next(all.Length)].ToCharArray();
            for (int hit = 0; hit < 8; hit++)
            {
                text[random.Next(text.Length)] = "\t\n -/:0=9\"x"[random.Next(11)];
            }

            CaptureReading reading = CaptureReader.Read([("noise", new string(text))]);
            Assert.All(reading.Groups, group => Assert.Empty(ConfigurationChecks.Validate(group.Configuration)));
        }

        Assert.NotEmpty(CaptureReader.Read([("noise", "what\nis this?\n")]).Notes);
    }

    private static CaptureReading Read(string name) => CaptureReader.Read([(name, Text(name))]);

    private static string Text(string name) => File.ReadAllText(Path.Combine(Folder, name + ".txt"));

    private static IEnumerable<string> Shape(CaptureReading reading) =>
        reading.Groups.SelectMany(group => (IEnumerable<string>)
        [
            .. group.Configuration.Disks.Values.Select(disk => $"dm {disk.PublicLength}").Order(),
            .. group.Configuration.Volumes.Values.Select(v => $"v {v.State} {v.KernelState} {v.Length}").Order(),
            .. group.Configuration.Plexes.Values.Select(pl => $"pl {pl.State} {pl.Layout} {pl.Mode}").Order(),
            .. group.Configuration.Subdisks.Values.Select(sd => $"sd {sd.DiskOffset} {sd.Length}").Order(),
            $"{group.Devices.Count} devices",
        ]).Order();

    private static string Lines(IEnumerable<string> lines) => string.Concat(lines.Select(line => line + "\n"));

    private static IEnumerable<TheoryDataRow<string>> Names(string pattern) =>
        Directory.GetFiles(Folder, pattern).Order(StringComparer.Ordinal)
            .Select(path => new TheoryDataRow<string>(Path.GetFileNameWithoutExtension(path)));
}
