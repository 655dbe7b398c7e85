using VolMgr.Blocks;
using VolMgr.Cli;
using VolMgr.Cli.Service;
using VolMgr.Commands.Parsing;
using VolMgr.Commands.Text;
using VolMgr.Commands.Views;
using VolMgr.Commands.Vxassist;
using VolMgr.Commands.Vxmake;
using VolMgr.Commands.Vxprint;
using VolMgr.Volumes;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Layout;

namespace VolMgr.Fuzz.Targets;

/// <summary>Single words of command lines: sizes, places, formats, expressions, addresses.</summary>
internal static class WordTargets
{
    private const string Fields =
        "name|len|state|kstate|volume|plex|sd|dm_name|da_name|nplex|nsd|stwidth|ncolumn|type|rid|assoc|pl_offset";

    private static readonly Grammar Sizes = new(
        ("text", ["@size@", "@number@", "@size@@size@", "@word@", "@sign@@size@"]),
        ("sign", ["+", "-", " ", "\u0661", "0x"]));

    private static readonly Grammar Words = new(
        ("words", ["@word1@", "@word1@ @words@"]),
        ("word1", ["datadg01", "!datadg01", "enclr:emc0", "ctlr:c@number@", "mirror=@value@", "layout=@layout@",
            "alloc=@value@", "len=@size@", "@word@", "@attribute@=@value@", "datadg01-01:@number@/@size@", "0/@size@"]),
        ("attribute", ["ncol", "nmirror", "stripeunit", "logtype", "regionsize", "nlog", "user", "comment", "init"]),
        ("layout", ["stripe", "mirror", "mirror-stripe", "nolog", "concat,mirror", "raid5", "stripe-mirror", "@word@"]),
        ("value", ["2", "enclr", "ctlr", "@number@", "@size@", "datadg01,datadg02", "@word@", "nolog"]));

    private static readonly Grammar Formats = new(
        ("format", ["@part@", "@types@:@part@@format@", "@part@@format@"]),
        ("types", ["v", "p", "s", "d", "G", "v,p,s", "x", ","]),
        ("part", ["%name", "%@field@", "%{@field@}", "%%", "\\t", "\\n", "\\x", "%", "%{", "@word@", " "]),
        ("field", [.. Fields.Split('|'), "@word@"]));

    private static readonly Grammar Expressions = new(
        ("either", ["@one@", "@one@ @join@ @either@"]),
        ("join", ["&&", "||", "&", "@word@"]),
        ("one", ["@path@ @sign@ @value@", "@path@", "!@one@", "(@either@)", "((@one@", "!"]),
        ("sign", ["==", "!=", "=", "<", ">", "<=", ">=", "~", "!~", "=~"]),
        ("path", ["@prefix@@field@", "@relation@.@path@", "@word@"]),
        ("prefix", ["", "v_", "pl_", "sd_", "dm_", "dg_", "any_"]),
        ("relation", ["plex", "pl_subdisk", "aslist", "sd", "volume", "dm", "v_plex"]),
        ("field", [.. Fields.Split('|')]),
        ("value", ["1", "@size@", "\"vol01\"", "/^v.*/", "/(a+)+$/", "/[/", "/(?<x>a)\\k<x>*/", "@word@",
            "'x", "10m"]));

    private static readonly Grammar Addresses = new(("address", ["127.0.0.1:@number@", "localhost:@number@", "[::1]:1",
        "[::1", "::1", "@word@:@number@", "@word@", "[fe80::1%lo]:1", "1.2.3:4", ":1"]));

    private static readonly GroupView Group = MakeGroup();

    public static IReadOnlyList<IFuzzTarget> All { get; } =
    [
        new TextTarget("sizes", "sizes, lengths and rates of command lines, in all their dialects", Sizes, ReadSize),
        new TextTarget("storage", "storage, layout and place words of vxassist and vxmake", Words, ReadWords),
        new TextTarget("format", "formats of vxprint -F", Formats, ReadFormat),
        new TextTarget("expression", "expressions of vxprint -e", Expressions, ReadExpression),
        new TextTarget("address", "HOST:PORT of volmgr serve", Addresses, ReadAddress),
    ];

    private static void ReadSize(string text)
    {
        Outcome<long> size = VolMgr.Commands.Parsing.Sizes.Parse(text);
        Invariant.Holds(!size.IsDone || size.Value >= 0);
        Outcome<long> positive = VolMgr.Commands.Parsing.Sizes.ParsePositive(text);
        Invariant.Holds(!positive.IsDone || (positive.Value > 0 && positive.Value == size.Value));
        (long lun, string problem) = VolMgr.Arrays.Topology.SizeText.Parse(text);
        Invariant.Holds(lun > 0 || problem.Length > 0);
        if (lun > 0)
        {
            Invariant.Holds(
                VolMgr.Arrays.Topology.SizeText.Parse(VolMgr.Arrays.Topology.SizeText.Format(lun)).Size == lun);
        }

        Invariant.Holds(VolMgr.Cli.Labs.SizeText.Read(text) is null or >= 0);
        _ = CopyWords.ParseSlow(text);
        Outcome<LengthStyle> style = LengthStyle.Parse(text, isHexadecimal: false);
        if (style.IsDone && size.IsDone)
        {
            _ = style.Value.Of(size.Value);
        }
    }

    private static void ReadWords(string text)
    {
        string[] words = text.Split(' ');
        _ = StorageSpecification.Parse(words);
        foreach (string word in words)
        {
            _ = LayoutWords.Parse(word);
            _ = SubdiskPlaces.Parse(word);
            _ = StorageTerm.Parse(word);
            _ = AttributeChanges.Parse([word]);
        }

        Outcome<Attributes> attributes = Attributes.Split(words, VolumeAttributes.Names);
        if (attributes.IsDone)
        {
            _ = StorageOperands.Parse(attributes.Value, 0);
        }
    }

    private static void ReadFormat(string text)
    {
        Outcome<FormatText> format = FormatText.Parse(text);
        foreach (PrintItem item in format.IsDone ? Items() : [])
        {
            _ = format.Value.Of(Group, item);
        }
    }

    private static void ReadExpression(string text)
    {
        Outcome<SearchExpression> expression = SearchExpression.Parse(text);
        foreach (PrintItem item in expression.IsDone ? Items() : [])
        {
            _ = expression.Value.Matches(Group, item);
        }
    }

    private static void ReadAddress(string text)
    {
        try
        {
            Invariant.Holds(ServeOptionRules.ReadEndPoint("--http", text) is not null);
        }
        catch (UserErrorException refused)
        {
            Invariant.Holds(refused.Message.Length > 0);
        }
    }

    private static IEnumerable<PrintItem> Items() =>
        Group.Configuration.Disks.Values.Concat<ObjectRecord>(Group.Configuration.Volumes.Values)
            .Concat(Group.Configuration.Plexes.Values).Concat(Group.Configuration.Subdisks.Values)
            .Select(record => new PrintItem(RecordFacts.Tag(record), record));

    private static GroupView MakeGroup()
    {
        const string text = "dg datadg\n\tdgid=1.1.h\n\tnext_rid=0.5\n"
            + "dm datadg01\n\trid=0.1\n\tdiskid=1.2.h\n\tpub_len=8192\n\tpriv_len=2048\n"
            + "vol vol01\n\trid=0.2\n\tstate=ACTIVE\n\tlen=2048\n"
            + "plex vol01-01\n\trid=0.3\n\tstate=ACTIVE\n\tvol_rid=0.2\n"
            + "sd datadg01-01\n\trid=0.4\n\tplex_rid=0.3\n\tdm_rid=0.1\n\tdm_offset=0\n\tlen=2048\n";
        TextReading reading = ConfigurationText.Read(text);
        return new GroupView
        {
            Configuration = reading.Configuration
                ?? throw new InvariantViolationException(reading.Problems[0].ToString()),
        };
    }
}
