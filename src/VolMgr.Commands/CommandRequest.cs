namespace VolMgr.Commands;

/// <summary>One vx* command as a user typed it.</summary>
/// <param name="Name">The command, without a directory: <c>vxprint</c>.</param>
/// <param name="Arguments">What follows it.</param>
/// <param name="WorkingDirectory">Where relative paths of operands start.</param>
/// <param name="Environment">The part of the environment that was passed on.</param>
public sealed record CommandRequest(
    string Name,
    IReadOnlyList<string> Arguments,
    string WorkingDirectory,
    IReadOnlyDictionary<string, string> Environment);
