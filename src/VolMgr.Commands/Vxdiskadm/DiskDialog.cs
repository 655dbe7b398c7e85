using VolMgr.Volumes;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Hosts;

namespace VolMgr.Commands.Vxdiskadm;

/// <summary>
/// Questions and answers of the disk menus. Answers come line by line from standard input, of a person or of a pipe;
/// what is answered is done by the other commands, which say themselves what they refuse.
/// </summary>
internal sealed class DiskDialog(Invocation invocation)
{
    /// <summary>The host.</summary>
    public VolumeHost Host => invocation.Context.Host;

    /// <summary>Whether no answer can come any more.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Whether the answers ended in the middle of an operation.</summary>
    public bool IsCutOff { get; private set; }

    /// <summary>The exit code of the command that failed last, or 0.</summary>
    public int LastFailure { get; private set; }

    /// <summary>Prints a line.</summary>
    public Task SayAsync(string text = "") => invocation.Context.Out.WriteAsync(text + "\n");

    /// <summary>Prints a notice: the id in one line, the text in the next.</summary>
    public Task NoticeAsync(string id, string text) => SayAsync($"\nVxVM  NOTICE {id}\n {text}\n");

    /// <summary>Prints why an answer is not taken.</summary>
    public async Task RefuseAsync(Refusal refusal) => LastFailure = await invocation.RefuseAsync(refusal);

    /// <summary>Asks until there is an answer; null when it is <c>q</c> or there is none. <c>?</c> explains, an empty
    /// line takes the default, and <c>list</c> lists where the question offers it.</summary>
    public async Task<string?> AskAsync(string question, string choices, string help, string? fallback = null)
    {
        string end = fallback is null ? "" : $" (default: {fallback})";
        while (!IsOver)
        {
            await invocation.Context.Out.WriteAsync($"{question} [{choices}]{end} ");
            await invocation.Context.Out.FlushAsync();
            string? answer = (await ReadAsync())?.Trim();
            switch (answer)
            {
                case null:
                    (IsOver, IsCutOff) = (true, true);
                    await SayAsync();
                    break;
                case "q":
                    return null;
                case "?" or "??":
                    await SayAsync("\n  " + help + "\n");
                    break;
                case "list" when choices.Contains("list", StringComparison.Ordinal):
                    await RunAsync("vxdisk", "-o", "alldgs", "list");
                    break;
                case "" when fallback is null:
                    break;
                default:
                    return answer.Length == 0 ? fallback : answer;
            }
        }

        return null;
    }

    /// <summary>Asks for yes or no; null for neither.</summary>
    public async Task<bool?> ConfirmAsync(string question, bool isYes = true)
    {
        while (await AskAsync(question, "y,n,q,?", "Answer y for yes or n for no.", isYes ? "y" : "n") is { } answer)
        {
            if (answer is "y" or "yes" or "n" or "no")
            {
                return answer[0] == 'y';
            }
        }

        return null;
    }

    /// <summary>Whether the operation shall be done again; the end of the answers means no.</summary>
    public async Task<bool> AnotherAsync(string question)
    {
        bool again = await ConfirmAsync(question, false) == true;
        IsCutOff = false;
        return again;
    }

    /// <summary>Runs a command as if it had been typed; whether it succeeded.</summary>
    public async Task<bool> RunAsync(string name, params string[] arguments)
    {
        int code = await CommandSet.RunAsync(
            invocation.Request with { Name = name, Arguments = arguments }, invocation.Context);
        LastFailure = code == 0 ? LastFailure : code;
        return code == 0;
    }

    /// <summary>Asks for a disk by its name in a group; null when it is given up.</summary>
    public async Task<(DiskGroup Group, DiskRecord Disk)?> DiskAsync(string question)
    {
        while (await AskAsync(question, "<disk>,list,q,?", "Name a disk by its name in its disk group.") is { } name)
        {
            List<DiskGroup> holders = [.. Host.Groups.Where(group => group.Current.FindDisk(name) is not null)];
            if (holders.Count == 0)
            {
                await RefuseAsync(new Refusal(
                    ErrorCode.NotFound, $"Disk {name}: Disk not in the configuration", "V-5-1-558"));
                continue;
            }

            DiskGroup? group = holders[0];
            if (holders.Count > 1)
            {
                string? asked = await AskAsync(
                    "Which disk group", "<group>,list,q,?", "Several disk groups have a disk of that name.");
                group = holders.FirstOrDefault(each => each.Name == asked);
            }

            if (group?.Current.FindDisk(name) is { } disk)
            {
                return (group, disk);
            }
        }

        return null;
    }

    private async Task<string?> ReadAsync()
    {
        try
        {
            return await invocation.Context.In.ReadLineAsync(invocation.Context.Interrupted);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }
}
