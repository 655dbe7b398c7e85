using VolMgr.Commands.Parsing;
using VolMgr.Volumes;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Hosts;
using VolMgr.Volumes.OnDisk;

namespace VolMgr.Commands.Vxprivutil;

/// <summary><c>vxprivutil</c>: what the private region of one disk holds, read from the disk itself, whether its group
/// is imported or not.</summary>
internal static class VxprivutilCommand
{
    private static readonly string[] Folders = ["/dev/vx/rdmp/", "/dev/vx/dmp/"];

    /// <summary>Options and verbs.</summary>
    public static CommandDefinition Definition { get; } = new(
        "vxprivutil",
        new OptionTable(""),
        [
            new Verb("list", "list device", "", i => ReadAsync(i, read => List(read.Header))),
            new Verb("scan", "scan device", "", i => ReadAsync(i, read => Scan(read.Header))),
            new Verb("dumpconfig", "dumpconfig device", "", i => ReadAsync(i, Dump)),
        ])
    {
        RefusedKeywords = ["dumplog", "set"],
    };

    private static async Task<int> ReadAsync(
        Invocation invocation, Func<PrivateRegionContents, Outcome<IReadOnlyList<string>>> text)
    {
        if (invocation.Operands is not [var path])
        {
            return await invocation.MisusedAsync("Expected one device");
        }

        Outcome<PrivateRegionContents> read =
            await invocation.Context.Host.ReadPrivateRegionAsync(NameOf(invocation.Context.Host, path));
        Outcome<IReadOnlyList<string>> lines = read.IsDone ? text(read.Value) : read.Refusal;
        return lines.IsDone ? await invocation.AnswerAsync(lines.Value) : await invocation.RefuseAsync(lines.Refusal);
    }

    /// <summary>The device of a name or of a node, which may be that of the private slice.</summary>
    private static string NameOf(VolumeHost host, string path)
    {
        string name = Folders.FirstOrDefault(folder => path.StartsWith(folder, StringComparison.Ordinal)) is { } folder
            ? path[folder.Length..] : path;
        return host.FindDisk(name) is null && name.EndsWith("s3", StringComparison.Ordinal) ? name[..^2] : name;
    }

    private static Outcome<IReadOnlyList<string>> Scan(DiskHeader header)
    {
        PrivateRegion region = header.Region;
        return new List<string>
        {
            $"diskid:  {header.DiskId}",
            $"group:   name={header.GroupName} id={header.GroupId}",
            $"flags:   private {(header.IsNoAutoImport ? "noautoimport" : "autoimport")}",
            $"hostid:  {header.HostId}".TrimEnd(),
            "version: 3.1",
            "iosize:  512",
            $"public:  slice=3 offset={Sizes.InSectors(header.PublicOffset)} "
            + $"len={Sizes.InSectors(header.PublicLength)}",
            $"private: slice=3 offset={Sizes.InSectors(header.PrivateOffset)} "
            + $"len={Sizes.InSectors(header.PrivateLength)}",
            $"update:  time={header.CreatedUnix} seqno=0.{header.Sequence}",
            "headers: 0 240",
            $"configs: count=1 len={Sizes.InSectors(region.ConfigLength)}",
            $"logs:    count=1 len={Sizes.InSectors(region.LogLength)}",
        };
    }

    private static Outcome<IReadOnlyList<string>> List(DiskHeader header)
    {
        PrivateRegion region = header.Region;
        return Scan(header).Value.Concat(
        [
            "tocblks: 8 248",
            "Defined regions:",
            Region("config", PrivateRegion.Config1Offset, PrivateRegion.Config1Length),
            Region("config", PrivateRegion.Config2Offset, region.Config2Length),
            Region("log", region.LogOffset, region.LogLength),
            Region("lockrgn", region.LogOffset + region.LogLength, PrivateRegion.LockLength),
        ]).ToList();
    }

    private static string Region(string name, long offset, long length)
    {
        long first = Sizes.InSectors(offset);
        long count = Sizes.InSectors(length);
        return $" {name,-7} priv {first:D6}-{first + count - 1:D6}[{count:D6}]";
    }

    private static Outcome<IReadOnlyList<string>> Dump(PrivateRegionContents read) => read.Configuration is { } found
        ? ConfigurationText.Write(found).TrimEnd('\n').Split('\n')
        : new Refusal(
            ErrorCode.NotFound,
            read.Header.GroupId.Length == 0
                ? $"Disk {read.Header.DiskId}: Disk is in no disk group"
                : $"Disk {read.Header.DiskId}: No valid copy of the configuration of disk group "
                    + read.Header.GroupName);
}
