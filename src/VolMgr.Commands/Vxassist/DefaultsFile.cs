using VolMgr.Commands.Parsing;
using VolMgr.Volumes;
using VolMgr.Volumes.Hosts;

namespace VolMgr.Commands.Vxassist;

/// <summary>
/// The defaults of vxassist: <c>etc/default/vxassist</c> of the host, or the file of <c>-d</c> in its place. Words
/// <c>attribute=value</c>, any number a line, <c>#</c> to the end of the line is a comment.
/// </summary>
/// <remarks>
/// An attribute of the command line wins over the file. Words of <c>layout=</c> add up: those of the command line come
/// last. What the file says about stripes counts for striped volumes, what it says about mirrors for mirrored ones; an
/// attribute that the keyword does not take is for others. One that vxassist does not know at all is refused.
/// </remarks>
internal static class DefaultsFile
{
    private const string HostPath = "etc/default/vxassist";

    private static readonly Dictionary<string, string> Synonyms = new(StringComparer.Ordinal)
    {
        ["mirrors"] = "nmirror",
        ["nmirrors"] = "nmirror",
        ["stripes"] = "ncol",
        ["ncolumn"] = "ncol",
        ["ncols"] = "ncol",
        ["nstripe"] = "ncol",
        ["logs"] = "nlog",
        ["stripewidth"] = "stripeunit",
        ["stwidth"] = "stripeunit",
        ["stwid"] = "stripeunit",
        ["stripe_stwidth"] = "stripeunit",
        ["stripe_stripeunit"] = "stripeunit",
    };

    private static readonly string[] OfStripes = ["ncol", "stripeunit"];

    private static readonly string[] OfMirrors = ["nmirror"];

    private static readonly string[] OfRaid5 =
        ["raid5_stripeunit", "raid5_stwidth", "min_raid5_columns", "max_nraid5stripe"];

    /// <summary>What the allocator does in any case.</summary>
    private static readonly string[] Fixed =
    [
        "max_nstripe=8", "max_ncolumns=8", "max_ncolumn=8", "max_columns=8",
        "min_columns=2", "min_ncolumns=2", "min_nstripe=2",
    ];

    private static readonly string[] Refused =
    [
        "max_nstripe", "max_ncolumns", "max_ncolumn", "min_columns", "min_ncolumns", "max_columns", "min_nstripe",
        "stripe-mirror-col-trigger-pt", "stripe-mirror-col-split-trigger-pt", "mirrorgroups", "spare", "site",
        "maxsize",
    ];

    /// <summary>Splits the operands and adds the attributes of the file.</summary>
    public static Task<Outcome<Attributes>> SplitAsync(Invocation invocation, params IReadOnlyList<string> taken) =>
        SplitAsync(invocation, invocation.Operands, taken);

    /// <summary>Splits operands and adds the attributes of the file. A new mirror has the layout of its volume, so what
    /// the file says of layouts is not for <c>mirror</c>: no <c>init</c> among its attributes tells it.</summary>
    public static async Task<Outcome<Attributes>> SplitAsync(
        Invocation invocation, IReadOnlyList<string> operands, IReadOnlyList<string> taken)
    {
        Outcome<Attributes> given = Attributes.Split(operands, taken);
        if (!given.IsDone)
        {
            return given;
        }

        (string path, string? text) = await ReadAsync(invocation);
        if (text is null)
        {
            return invocation.Options.Has('d')
                ? new Refusal(ErrorCode.System, $"{path}: Defaults file cannot be read")
                : given;
        }

        IEnumerable<string> words = text.Split('\n').Select(line => line.Split('#')[0])
            .SelectMany(line => line.Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries));
        List<string> attributes = [];
        foreach (string word in words)
        {
            Outcome<string?> read = Read(word, taken);
            if (!read.IsDone)
            {
                return read.Refusal with { Message = $"{path}: {read.Refusal.Message}" };
            }

            attributes.AddRange(read.Value is { } attribute ? [attribute] : []);
        }

        Outcome<Attributes> defaults = Attributes.Split(attributes, taken);
        if (defaults.IsDone && !taken.Contains("init"))
        {
            return given.Value.WithDefaults(defaults.Value.Without([.. OfStripes, "layout", "nmirror"]));
        }

        return defaults.IsDone ? Merge(given.Value, defaults.Value)
            : defaults.Refusal with { Message = $"{path}: {defaults.Refusal.Message}" };
    }

    /// <summary>Whether volumes are mirrored where the command line says nothing: one of the words of
    /// <c>layout=</c> in the host's file (<c>vxmirror -d</c>). Everything else in the file stays.</summary>
    public static Task<Outcome> SetMirroredAsync(VolumeHost host, bool isMirrored) =>
        host.Engine.RunBlockingAsync<Outcome>(() =>
        {
            const string attribute = "layout=";
            List<string> lines = [.. (host.Files.Read(HostPath) ?? "").Split('\n')];
            string word = isMirrored ? "mirror" : "nomirror";
            int at = lines.FindIndex(line => Of(line).Any());
            if (at < 0)
            {
                lines.Insert(lines.Count - 1, attribute + word);
            }
            else
            {
                string old = Of(lines[at]).First();
                string kept = string.Join(',', old[attribute.Length..].Split(',')
                    .Where(each => each is not ("mirror" or "nomirror" or "")).Append(word));
                lines[at] = lines[at].Replace(old, attribute + kept, StringComparison.Ordinal);
            }

            try
            {
                host.Files.Write(HostPath, string.Join('\n', lines));
                return Outcome.Done;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                return new Refusal(ErrorCode.System, $"{HostPath}: Cannot be written: {exception.Message}");
            }

            static IEnumerable<string> Of(string line) => line.Split('#')[0]
                .Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries)
                .Where(each => each.StartsWith(attribute, StringComparison.Ordinal));
        });

    private static async Task<(string Path, string? Text)> ReadAsync(Invocation invocation)
    {
        if (invocation.Options.Value('d') is { } file)
        {
            string path = Path.Combine(invocation.Request.WorkingDirectory, file);
            return (path, invocation.Context.Files.ReadText(path));
        }

        return (HostPath, await invocation.Context.Host.Engine.RunBlockingAsync(
            () => invocation.Context.Host.Files.Read(HostPath)));
    }

    /// <summary>An attribute by the name that the command line has for it; null for one that others take.</summary>
    private static Outcome<string?> Read(string word, IReadOnlyList<string> taken)
    {
        int equals = word.IndexOf('=');
        if (equals <= 0)
        {
            return new Refusal(ErrorCode.Usage, $"{word}: Expected attribute=value");
        }

        string name = word[..equals];
        string known = Synonyms.GetValueOrDefault(name, name);
        return taken.Contains(known) ? known + word[equals..]
            : Fixed.Contains(word) ? (string?)null
            : Refused.Contains(name)
                ? Refusals.Unsupported(name, VxassistRemedies.OfAttribute(name) ?? "leave it out of the file")
            : OfRaid5.Contains(name) || VolumeAttributes.Names.Contains(known) ? (string?)null
            : new Refusal(ErrorCode.Usage, $"{name}: Attribute is unknown or not supported here");
    }

    private static Attributes Merge(Attributes given, Attributes defaults)
    {
        string layout = string.Join(',', new[] { defaults["layout"], given["layout"] }.OfType<string>());
        Outcome<LayoutWords> words = LayoutWords.Parse(layout.Length > 0 ? layout : null);
        bool isStriped = !words.IsDone || words.Value.Layout == Volumes.Configuration.PlexLayout.Stripe;
        bool isMirrored = !words.IsDone || words.Value.IsMirrored == true;
        bool isLogged = !words.IsDone || words.Value.HasLog == true
            || (given["logtype"] ?? defaults["logtype"]) is not (null or "none" or "dco");
        Attributes merged = given.WithDefaults(defaults.Without(
            [
                .. isStriped ? [] : OfStripes, .. isMirrored ? [] : OfMirrors,
                .. isLogged ? [] : VolumeAttributes.OfLog,
            ]));
        return layout.Length > 0 ? merged.With("layout", layout) : merged;
    }
}
