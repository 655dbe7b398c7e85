using VolMgr.Commands.Parsing;
using VolMgr.Commands.Vxconfigbackup;
using VolMgr.Volumes;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Hosts;

namespace VolMgr.Commands.Vxconfigrestore;

/// <summary>
/// <c>vxconfigrestore</c>: makes a lost group anew from its backup. <c>-p</c> looks whether that would work and keeps
/// the choice, <c>-c</c> does it, <c>-d</c> gives it up. The contents of the volumes are what is on the disks.
/// </summary>
internal static class VxconfigrestoreCommand
{
    private const string Chosen = "etc/vx/cbr/restore";

    /// <summary>Options and verb.</summary>
    public static CommandDefinition Definition { get; } = new(
        "vxconfigrestore",
        new OptionTable("cdp", "el:n"),
        [new Verb("", "-p|-c|-d diskgroup|dgid", "cdp", RunAsync)]);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        List<char> steps = [.. "pcd".Where(invocation.Options.Has)];
        if (steps.Count != 1 || invocation.Operands is not [var name])
        {
            return await invocation.MisusedAsync("Expected one of -p, -c and -d, and a disk group");
        }

        VolumeHost host = invocation.Context.Host;
        string? prepared = await host.Engine.RunBlockingAsync(() => host.Files.Read(Chosen)?.Trim());
        if (steps[0] != 'p' && prepared != name)
        {
            return await invocation.RefuseAsync(new Refusal(
                ErrorCode.InvalidState, $"Disk group {name}: Run vxconfigrestore -p {name} first"));
        }

        if (steps[0] == 'd')
        {
            return await invocation.EndAsync(await ChooseAsync(host, null));
        }

        Outcome<GroupConfiguration> backup = await FindAsync(invocation, name);
        if (!backup.IsDone)
        {
            return await invocation.RefuseAsync(backup.Refusal);
        }

        Outcome possible = host.FindGroup(backup.Value.Group.Name) is not null
            ? new Refusal(
                ErrorCode.AlreadyExists, $"Disk group {name}: Disk group exists and is imported", "V-5-1-585")
            : host.CanRestoreGroup(backup.Value);
        if (!possible.IsDone || steps[0] == 'p')
        {
            return await invocation.EndAsync(possible.IsDone ? await ChooseAsync(host, name) : possible);
        }

        Outcome restored = await host.RestoreGroupAsync(backup.Value);
        return await invocation.EndAsync(restored.IsDone ? await ChooseAsync(host, null) : restored);
    }

    /// <summary>The backup of a group of that name or id; of several the one with the latest group id.</summary>
    private static async Task<Outcome<GroupConfiguration>> FindAsync(Invocation invocation, string name)
    {
        VolumeHost host = invocation.Context.Host;
        List<string> texts = await host.Engine.RunBlockingAsync(() => OnHost(host, name));
        GroupConfiguration? found = texts.Select(text => ConfigurationText.Read(text).Configuration)
            .OfType<GroupConfiguration>()
            .Where(configuration => configuration.Group.Name == name || configuration.Group.GroupId == name)
            .OrderBy(configuration => configuration.Group.GroupId, StringComparer.Ordinal).LastOrDefault();
        return found is not null
            ? found
            : new Refusal(ErrorCode.NotFound, $"Disk group {name}: No backup of its configuration was found");
    }

    private static List<string> OnHost(VolumeHost host, string name)
    {
        List<string> texts = [];
        foreach (string backup in host.Files.List(VxconfigbackupCommand.Index)
            .Where(file => file.StartsWith(name + ".", StringComparison.Ordinal)
                || file.EndsWith("." + name, StringComparison.Ordinal)))
        {
            string folder = host.Files.Read($"{VxconfigbackupCommand.Index}/{backup}") ?? "";
            texts.AddRange(host.Files.List(folder.Trim())
                .Where(file => file.EndsWith(".cfgrec", StringComparison.Ordinal))
                .Select(file => host.Files.Read($"{folder.Trim()}/{file}")).OfType<string>());
        }

        return texts;
    }

    private static Task<Outcome> ChooseAsync(VolumeHost host, string? name) =>
        host.Engine.RunBlockingAsync<Outcome>(() =>
        {
            try
            {
                if (name is null)
                {
                    host.Files.Delete(Chosen);
                }
                else
                {
                    host.Files.Write(Chosen, name + "\n");
                }

                return Outcome.Done;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                return new Refusal(ErrorCode.System, $"{Chosen}: Cannot be written: {exception.Message}");
            }
        });
}
