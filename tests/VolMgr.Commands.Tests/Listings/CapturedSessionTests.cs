using System.Reflection;
using VolMgr.Commands.Captures;
using VolMgr.Commands.Parsing;
using VolMgr.Commands.Views;
using VolMgr.Commands.Vxprint;
using VolMgr.Volumes.Configuration;

namespace VolMgr.Commands.Tests.Listings;

/// <summary>Captured sessions of hosts: what each vxprint of a session printed comes back, column for column.</summary>
public sealed class CapturedSessionTests
{
    private static readonly string Folder = Path.Combine(
        typeof(CapturedSessionTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .First(item => item.Key == "ProjectDirectory").Value ?? ".",
        "Captured");

    public static IEnumerable<TheoryDataRow<string>> Sessions =>
        Directory.GetFiles(Folder, "session-*.txt").Order(StringComparer.Ordinal)
            .Select(path => new TheoryDataRow<string>(Path.GetFileNameWithoutExtension(path)));

    [Theory]
    [MemberData(nameof(Sessions))]
    public void What_a_session_printed_is_printed_again(string name)
    {
        CaptureReading reading = Read(name);

        Assert.DoesNotContain(reading.Notes, note => note.Contains("not understood", StringComparison.Ordinal));
        Assert.DoesNotContain(reading.Notes, note => note.Contains("left out", StringComparison.Ordinal));
        Assert.All(reading.Groups, group => Assert.Empty(ConfigurationChecks.Validate(group.Configuration)));
        foreach ((string command, string output) in Commands(name))
        {
            Assert.Equal(output, Print(reading, command));
        }
    }

    [Theory]
    [MemberData(nameof(Sessions))]
    public void A_session_without_its_names_has_the_same_shape(string name)
    {
        CaptureReading reading = Read(name);
        var anonymiser = new Anonymiser(reading);

        CaptureReading after = CaptureReader.Read(
            [("a", anonymiser.Apply(Text(name)))], name == "session-hpux" ? 1024 : 512);

        Assert.Equal(reading.Groups.Count, after.Groups.Count);
        Assert.Equal(
            reading.Groups.Select(group => Shape(group.Configuration)).Order(),
            after.Groups.Select(group => Shape(group.Configuration)).Order());
    }

    [Theory]
    [MemberData(nameof(Sessions))]
    public void What_a_session_told_is_exported_and_read_again(string name)
    {
        foreach (CapturedGroup group in Read(name).Groups)
        {
            string text = DescriptionExport.Of(group.Configuration, group);

            CaptureReading reading = CaptureReader.Read([("again", text)]);

            CapturedGroup again = Assert.Single(reading.Groups);
            Assert.Equal(Shape(group.Configuration), Shape(again.Configuration));
            Assert.Equal(
                KeptStanzas.Of(group).Select(stanza => stanza.Type + stanza.Name).Order(StringComparer.Ordinal),
                KeptStanzas.Of(again).Select(stanza => stanza.Type + stanza.Name).Order(StringComparer.Ordinal));
            Assert.Equal(text, DescriptionExport.Of(again.Configuration, again));
        }
    }

    private static string Print(CaptureReading reading, string command)
    {
        string[] words = command.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..];
        ParsedOptions options = new();
        int taken = options.Take(VxprintCommand.Definition.Table, words, 0).Value;
        List<GroupView> groups = [.. reading.Groups
            .Where(group => options.Value('g') is not { } only || group.Configuration.Group.Name == only)
            .Select(group => new GroupView
            {
                Configuration = group.Configuration, Devices = group.Devices, Imported = group,
            })];
        groups = [.. groups.OrderBy(group => group.Imported!.Order)];
        return string.Join('\n', PrintListing.Of(groups, PrintRequest.Of(options), words[taken..], null).Lines);
    }

    private static IEnumerable<(string Command, string Output)> Commands(string name)
    {
        string? command = null;
        List<string> output = [];
        foreach (string line in Text(name).Split('\n').Append("# end"))
        {
            if (CapturePrompt.CommandOf(line) is not { } next)
            {
                output.Add(line);
                continue;
            }

            if (command?.StartsWith("vxprint", StringComparison.Ordinal) == true)
            {
                yield return (command.TrimEnd('=', ' '), string.Join('\n', output).TrimEnd('\n'));
            }

            command = next;
            output.Clear();
        }
    }

    private static string Shape(GroupConfiguration all) => string.Join(
        ' ',
        all.Disks.Count,
        string.Join(',', all.Volumes.Values.Select(volume => $"{volume.Length}{volume.State}").Order()),
        string.Join(',', all.Plexes.Values.Select(plex => $"{plex.State}{plex.Layout}{plex.IsLog}").Order()),
        string.Join(',', all.Subdisks.Values.Select(subdisk => $"{subdisk.DiskOffset}+{subdisk.Length}").Order()));

    private static CaptureReading Read(string name) => CaptureReader.Read(
        [(name, Text(name))], name == "session-hpux" ? CaptureReader.HpuxBlock : CaptureReader.Sector);

    private static string Text(string name) => File.ReadAllText(Path.Combine(Folder, name + ".txt"));
}
