using System.ComponentModel;

namespace VolMgr.Cli.Service.Replies;

/// <summary>A command to run.</summary>
internal sealed record CommandRequestBody(
    [property: Description("A vx* command, or migrate, verify, lun or host.")] string Name,
    [property: Description("What follows the name.")] IReadOnlyList<string>? Arguments = null,
    [property: Description("The host to run on; the lab's first one where it is left out.")] string? Host = null,
    [property: Description("Standard input.")] string? Input = null);

/// <summary>What a command said.</summary>
internal sealed record CommandReply(
    int ExitCode,
    string Output,
    string Error,
    [property: Description("Whether text beyond the limit was dropped.")] bool IsTruncated);

/// <summary>A migration to start.</summary>
internal sealed record MigrationRequestBody(
    [property: Description("The enclosure that the volumes go to.")] string To,
    [property: Description("The enclosure that they leave; every other one where it is left out.")] string? From = null,
    [property: Description("The volumes to move; all where it is left out.")] IReadOnlyList<string>? Volumes = null,
    [property: Description("Stop when the new plexes are ACTIVE; 'finish' does the rest.")] bool UntilMirrored = false);

/// <summary>What an online comparison found.</summary>
internal sealed record VerifyReply(
    [property: Description("Whether every ACTIVE plex of every volume is byte-equal.")] bool IsEqual,
    [property: Description("One line for each volume.")] IReadOnlyList<string> Volumes);

/// <summary>Whether the service takes work.</summary>
internal sealed record HealthReply(
    [property: Description("ok or stopping.")] string Status, int HostsUp, int Volumes, int NbdConnections);
