using FsCheck;
using FsCheck.Fluent;

namespace VolMgr.Migration.Tests;

public sealed class JournalTests
{
    private static readonly MigrationJournal Sample = new()
    {
        Request = new MigrationRequest { DiskGroup = "datadg", To = "pure0", Volumes = ["vol01"], SlowMs = 7 },
        State = MigrationState.Copying,
        Started = new DateTimeOffset(2024, 5, 6, 7, 8, 9, TimeSpan.Zero),
        AddedPlexes = ["vol01-02"],
        TemporaryLogVolumes = ["vol01"],
        AddedDisks = ["datadg_n01"],
        LeavingDisks = ["datadg01"],
        IsPastReturn = true,
        BytesCopied = 5,
        BytesSkipped = 6,
        CopySeconds = 1.5,
        Steps = [new JournalStep(MigrationState.Preparing, "vxdisksetup -i pure0_0012", DateTimeOffset.UnixEpoch, 0.5)],
        Failure = "a disk broke",
    };

    [Fact]
    public void A_journal_is_read_back_as_it_was_written()
    {
        MigrationJournal? read = MigrationJournal.Parse(Sample.ToText());

        Assert.NotNull(read);
        Assert.Equal(Sample.ToText(), read.ToText());
        Assert.Equal((MigrationState.Copying, true, "pure0"), (read.State, read.IsPastReturn, read.Request.To));
        Assert.Equal(["vol01"], read.Request.Volumes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("{}")]
    [InlineData("{\"format\":1,\"request\":null,\"state\":\"Copying\",\"started\":\"2024-05-06T07:08:09+00:00\"}")]
    [InlineData("{\"format\":1,\"request\":{\"diskGroup\":\"datadg\"},\"state\":\"Copying\"}")]
    [InlineData("\0\0\0\0\0\0\0\0")]
    public void Garbage_is_no_journal(string text) => Assert.Null(MigrationJournal.Parse(text));

    [Theory]
    [InlineData("\"format\": 1", "\"format\": 2")]
    [InlineData("\"state\": \"Copying\"", "\"state\": \"Sleeping\"")]
    [InlineData("\"state\": \"Copying\"", "\"state\": 77")]
    [InlineData("\"to\": \"pure0\"", "\"to\": null")]
    [InlineData("\"diskGroup\": \"datadg\"", "\"diskGroup\": null")]
    [InlineData("\"bytesCopied\": 5", "\"bytesCopied\": 5.5")]
    public void A_journal_with_a_field_that_makes_no_sense_is_no_journal(string good, string bad)
    {
        string text = Sample.ToText();
        Assert.Contains(good, text, StringComparison.Ordinal);

        Assert.Null(MigrationJournal.Parse(text.Replace(good, bad, StringComparison.Ordinal)));
    }

    [Fact]
    public void A_journal_that_was_cut_off_is_no_journal()
    {
        string text = Sample.ToText();

        Assert.All(Enumerable.Range(0, text.Length - 1), length => Assert.Null(MigrationJournal.Parse(text[..length])));
    }

    [Fact]
    public void Damage_never_throws_and_what_is_read_is_whole() =>
        Prop.ForAll<int, char>((place, letter) =>
        {
            char[] text = Sample.ToText().ToCharArray();
            text[(place & int.MaxValue) % text.Length] = letter;
            MigrationJournal? read = MigrationJournal.Parse(new string(text));
            return read is null || (read.Request.DiskGroup is not null && read.ToText().Length > 0);
        }).QuickCheckThrowOnFailure();
}
