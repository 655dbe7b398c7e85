using System.ComponentModel;

namespace VolMgr.Cli.Service.Replies;

/// <summary>The lab and the process that serves it.</summary>
internal sealed record LabReply(
    string Directory,
    int ProcessId,
    string Version,
    [property: Description("When the service started, UTC.")] DateTimeOffset ServingSince,
    [property: Description("The NBD socket; TCP addresses are in the volumes' uris.")] string NbdSocket,
    IReadOnlyList<ArrayReply> Arrays,
    IReadOnlyList<HostReply> Hosts);

/// <summary>An emulated array of the lab.</summary>
internal sealed record ArrayReply(string Name, IReadOnlyList<LunReply> Luns);

/// <summary>A LUN of an array.</summary>
internal sealed record LunReply(
    string Name,
    [property: Description("Bytes.")] long Length,
    [property: Description("The hosts that it is presented to.")] IReadOnlyList<string> PresentedTo);

/// <summary>A host of the lab.</summary>
internal sealed record HostReply(
    string Name,
    [property: Description("A host that is down boots with the first command that names it.")] bool IsUp,
    bool IsDefault,
    [property: Description("Names of the imported disk groups.")] IReadOnlyList<string> Groups,
    int Tasks);

/// <summary>An array as a host sees it.</summary>
internal sealed record EnclosureReply(
    string Host,
    string Name,
    string Type,
    string Serial,
    string ArrayType,
    string Library,
    bool IsConnected,
    int Luns);

/// <summary>A disk device as a host sees it.</summary>
internal sealed record DiskReply(
    string Host,
    [property: Description("Device access name, such as emc0_01f4.")] string Name,
    [property: Description("The lab's name of the LUN, such as emc0/01f4.")] string Lun,
    string Enclosure,
    [property: Description("Bytes.")] long Length,
    [property: Description("online, online invalid or error, as vxdisk list says.")] string Status,
    [property: Description("The disk group that the disk's header names; null for none.")] string? Group,
    bool IsImported,
    [property: Description("Its name in the imported group; null for none.")] string? Media,
    bool IsReachable,
    IReadOnlyList<PathReply> Paths);

/// <summary>One path to a LUN.</summary>
internal sealed record PathReply(string Name, string Controller, bool IsEnabled, bool IsInUse);
