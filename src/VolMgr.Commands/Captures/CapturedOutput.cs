namespace VolMgr.Commands.Captures;

/// <summary>What a listing command printed on the host of production, line by line.</summary>
/// <param name="Command">The command, such as <c>vxdisk -e list</c>.</param>
/// <param name="Subject">The disk or the group that it was asked about; empty for the table of all.</param>
/// <param name="Lines">Its lines; a table has its heading first, or an empty line where it has none.</param>
public sealed record CapturedOutput(string Command, string Subject, IReadOnlyList<string> Lines);
