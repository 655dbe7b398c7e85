using VolMgr.Commands.Parsing;
using VolMgr.Commands.Views;
using VolMgr.Commands.Vxdg;
using VolMgr.Volumes;

namespace VolMgr.Commands.Vxconfigbackup;

/// <summary><c>vxconfigbackup</c>: saves the configuration of groups, on the host or in a folder of the user.</summary>
internal static class VxconfigbackupCommand
{
    /// <summary>A file for each backup on the host: what it says is the backup's folder.</summary>
    public const string Index = "etc/vx/cbr/index";

    private const string HostFolder = "etc/vx/cbr/bk";

    /// <summary>Options and verb.</summary>
    public static CommandDefinition Definition { get; } = new(
        "vxconfigbackup",
        new OptionTable("l:", "fnv"),
        [new Verb("", "[-l directory] [diskgroup...]", "l", RunAsync)]);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        HostView host = HostReading.Of(invocation.Context.Host);
        IEnumerable<string> names = invocation.Operands.Count > 0
            ? invocation.Operands : host.Groups.Select(group => group.Name);
        return await invocation.ForEachAsync(names, async name => host.FindGroup(name) is not { } group
            ? GroupRefusals.NoSuch(name)
            : invocation.Options.Value('l') is { } folder
                ? SaveForUser(invocation, host, group, Path.Combine(invocation.Request.WorkingDirectory, folder))
                : await SaveOnHostAsync(invocation, host, group));
    }

    private static Outcome SaveForUser(Invocation invocation, HostView host, GroupView group, string folder)
    {
        foreach ((string name, string text) in GroupBackup.FilesOf(host, group))
        {
            string path = Path.Combine(folder, GroupBackup.FolderOf(group), name);
            if (invocation.Context.Files.WriteText(path, text) is { } problem)
            {
                return new Refusal(ErrorCode.System, $"{path}: Cannot be written: {problem}");
            }
        }

        return Outcome.Done;
    }

    private static Task<Outcome> SaveOnHostAsync(Invocation invocation, HostView host, GroupView group) =>
        invocation.Context.Host.Engine.RunBlockingAsync<Outcome>(() =>
        {
            string folder = $"{HostFolder}/{GroupBackup.FolderOf(group)}";
            foreach ((string name, string text) in GroupBackup.FilesOf(host, group))
            {
                try
                {
                    invocation.Context.Host.Files.Write($"{folder}/{name}", text);
                    invocation.Context.Host.Files.Write($"{Index}/{GroupBackup.FolderOf(group)}", folder + "\n");
                }
                catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
                {
                    return new Refusal(ErrorCode.System, $"{folder}/{name}: Cannot be written: {exception.Message}");
                }
            }

            return Outcome.Done;
        });
}
