using VolMgr.Commands.Text;
using VolMgr.Volumes;
using VolMgr.Volumes.Hosts;

namespace VolMgr.Commands.Vxdisk;

/// <summary><c>vxdisk settag|rmtag|listtag</c>: tags by which administrators find their disks again.</summary>
internal static class VxdiskTag
{
    private const int LongestTag = 255;
    private static readonly int[] Widths = [20, 20];

    /// <summary>The verbs.</summary>
    public static IReadOnlyList<Verb> Verbs { get; } =
    [
        new Verb("settag", "settag disk tag[=value]...", "", invocation => ChangeAsync(invocation, isSet: true)),
        new Verb("rmtag", "rmtag disk tag...", "", invocation => ChangeAsync(invocation, isSet: false)),
        new Verb("listtag", "[-q] listtag [disk...]", "q", ListAsync),
    ];

    private static async Task<int> ChangeAsync(Invocation invocation, bool isSet)
    {
        if (invocation.Operands.Count < 2)
        {
            return await invocation.MisusedAsync("Expected a disk and a tag");
        }

        VolumeHost host = invocation.Context.Host;
        if (Find(host, invocation.Operands[0]) is not { } disk)
        {
            return await invocation.RefuseAsync(Refusals.NoDevice(invocation.Operands[0]));
        }

        List<(string Udid, string Name, string Value)> tags = [.. await DiskTags.ReadAsync(host)];
        foreach (string operand in invocation.Operands.Skip(1))
        {
            string[] parts = operand.Split('=', 2);
            if (parts[0].Length == 0 || operand.Length > LongestTag || (!isSet && parts.Length > 1)
                || operand.Any(c => char.IsControl(c) || char.IsWhiteSpace(c)))
            {
                return await invocation.MisusedAsync($"{operand}: A tag is name or name=value without blanks");
            }

            if (tags.RemoveAll(tag => tag.Udid == disk.Node.Udid && tag.Name == parts[0]) == 0 && !isSet)
            {
                return await invocation.RefuseAsync(new Refusal(
                    ErrorCode.NotFound, $"Disk {invocation.Operands[0]} has no tag {parts[0]}"));
            }

            tags.AddRange(isSet ? [(disk.Node.Udid, parts[0], parts.Length > 1 ? parts[1] : "")] : []);
        }

        return await invocation.EndAsync(await DiskTags.WriteAsync(host, tags));
    }

    private static async Task<int> ListAsync(Invocation invocation)
    {
        VolumeHost host = invocation.Context.Host;
        ILookup<string, (string Udid, string Name, string Value)> tags =
            (await DiskTags.ReadAsync(host)).ToLookup(tag => tag.Udid, StringComparer.Ordinal);
        List<string> missing = [.. invocation.Operands.Where(name => Find(host, name) is null)];
        HashSet<string> wanted = [.. invocation.Operands.Select(name => Find(host, name)?.Name).OfType<string>()];
        IEnumerable<string> rows = host.Disks
            .Where(disk => invocation.Operands.Count == 0 || wanted.Contains(disk.Name))
            .SelectMany(disk => tags[disk.Node.Udid].Select(
                tag => PaddedRow.Of(Widths, disk.Name, tag.Name, tag.Value)));
        if (missing.Count == 0)
        {
            await invocation.AnswerAsync(
                invocation.Options.Has('q') ? rows : rows.Prepend(PaddedRow.Of(Widths, "DEVICE", "NAME", "VALUE")));
        }

        return await invocation.ForEachAsync(
            missing, name => Task.FromResult<Outcome>(Refusals.NoDevice(name)));
    }

    /// <summary>The disk of that device name, or of that disk media name in an imported group.</summary>
    private static DiskDevice? Find(VolumeHost host, string name) =>
        host.FindDisk(name) ?? host.Disks.FirstOrDefault(disk => disk.DiskMediaName == name && name.Length > 0);
}
