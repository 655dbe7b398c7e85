using VolMgr.Arrays;
using VolMgr.Blocks;
using VolMgr.Commands;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Hosts;

namespace VolMgr.Fuzz.Targets;

/// <summary>A host over two arrays in memory with a group and a volume, and its command line.</summary>
internal sealed class CommandWorld : ICommandFiles, IHostLog
{
    private const int Interrupted = 130; // a command that waits gets a Ctrl-C

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private readonly Dictionary<string, string> userFiles = new(StringComparer.Ordinal)
    {
        ["/export/admin/names"] = "enclosure serial=\"1\"\n",
        ["/export/admin/desc"] = "vol v2 len=2048 use_type=gen\n",
    };

    private readonly VolumeHost host;

    private CommandWorld(VolumeHost host) => this.host = host;

    /// <summary>Runs lines in a new world; throws what is wrong with an answer.</summary>
    public static async Task RunAsync(IEnumerable<string[]> lines)
    {
        LabTopology topology = LabTemplates.Build(LabTemplates.Migration, new LabTemplateOptions(4, 64L << 20))
            ?? throw new InvariantViolationException("the template exists");
        MemoryHostFiles files = new();
        await using VolumeHost host = await VolumeHost.BootAsync(
            new VolumeHostOptions
            {
                Name = "host1",
                Devices = new HostDevices(topology, "host1", new MemoryLuns(), files, NbdWorld.Engine),
                Files = files,
                Engine = NbdWorld.Engine,
                Copy = new CopyOptions(),
            },
            CancellationToken.None);
        CommandWorld world = new(host);
        foreach (string line in new[]
        {
            "vxdisksetup -i emc0_01f4 privlen=1m", "vxdisksetup -i emc0_01f5 privlen=1m",
            "vxdg init datadg datadg01=emc0_01f4 datadg02=emc0_01f5", "vxassist -g datadg make vol01 4m",
        })
        {
            (int code, string said) = await world.AnswerAsync(line.Split(' '));
            Invariant.Holds(code == 0 && said.Length == 0);
        }

        foreach (string[] words in lines)
        {
            await world.CheckAsync(words);
        }
    }

    public string? ReadText(string path) => userFiles.GetValueOrDefault(path);

    public string? WriteText(string path, string text)
    {
        userFiles[path] = text;
        return null;
    }

    public void Append(string relativePath, string text) => Invariant.Holds(text.EndsWith('\n'));

    private async Task CheckAsync(string[] words)
    {
        string line = string.Join(' ', words);
        (int code, string said) = await AnswerAsync(words);
        if (code is not (0 or Interrupted) && said.Length == 0)
        {
            throw new InvariantViolationException($"'{line}' ends with {code} and no word");
        }

        while (host.Tasks.List is [var task, ..])
        {
            task.Resume();
            await task.Completion;
        }

        foreach (GroupConfiguration now in host.Groups.Select(group => group.Current))
        {
            if (ConfigurationChecks.Validate(now) is [var problem, ..])
            {
                throw new InvariantViolationException($"'{line}' leaves {problem}");
            }

            TextReading again = ConfigurationText.Read(ConfigurationText.Write(now));
            if (again.Configuration is null || !ConfigurationDelta.Between(now, again.Configuration).IsEmpty)
            {
                throw new InvariantViolationException($"'{line}' leaves records that cannot be written");
            }
        }
    }

    private async Task<(int Code, string Error)> AnswerAsync(string[] words)
    {
        StringWriter error = new();
        using CancellationTokenSource interrupt = new(Patience);
        Task<int> run = CommandSet.RunAsync(
            new CommandRequest(words[0], words[1..], "/export/admin", new Dictionary<string, string>()),
            new CommandContext
            {
                Host = host,
                Out = new StringWriter(),
                Error = error,
                In = TextReader.Null,
                Interrupted = interrupt.Token,
                Time = TimeProvider.System,
                Files = this,
                Log = this,
            });
        if (await Task.WhenAny(run, Task.Delay(Longest)) != run)
        {
            throw new InvariantViolationException($"'{string.Join(' ', words)}' does not end");
        }

        return (await run, error.ToString());
    }
}
