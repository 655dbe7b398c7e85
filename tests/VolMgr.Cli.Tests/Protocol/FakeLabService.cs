using VolMgr.Blocks;
using VolMgr.Cli.Owner;
using VolMgr.Cli.Protocol;

namespace VolMgr.Cli.Tests.Protocol;

/// <summary>A lab whose commands do what the tests of the protocol need.</summary>
internal sealed class FakeLabService : ILabService
{
    public MemoryDevice Volume { get; } = new(4 << 20);

    public Func<IBlockDevice, IBlockDevice> Decorate { get; set; } = device => device;

    public TaskCompletionSource Interrupted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource Waiting { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string? StopReason { get; private set; }

    public bool HasTasks { get; set; }

    public async Task<int> RunAsync(RunRequest request, CommandStreams streams, CancellationToken interrupted)
    {
        switch (request.Name)
        {
            case "echo":
                await streams.Out.WriteLineAsync(string.Join(' ', request.Arguments));
                await streams.Error.WriteLineAsync($"at {request.WorkingDirectory}");
                return request.Arguments.Count;
            case "cat":
                await streams.Out.WriteAsync(await streams.In.ReadToEndAsync(interrupted));
                return 0;
            case "many":
                for (int line = 0; line < 100_000 && !interrupted.IsCancellationRequested; line++)
                {
                    await streams.Out.WriteLineAsync($"line {line}");
                }

                return 0;
            case "wait":
                await using (interrupted.Register(Interrupted.SetResult))
                {
                    Waiting.SetResult();
                    await Interrupted.Task;
                }

                return 9;
            case "refuse":
                throw UserErrorException.Refused("not today");
            default:
                throw new InvalidOperationException("a defect");
        }
    }

    public Task<IBlockDevice> OpenVolumeAsync(OpenVolumeRequest request, CancellationToken token) =>
        request.Volume == "vol01"
            ? Task.FromResult(Decorate(new SubrangeDevice(Volume, 0, Volume.Length)))
            : throw UserErrorException.Refused($"no volume {request.Volume}");

    public void RequestStop(string reason) => StopReason = reason;

    public ValueTask DisposeAsync() => Volume.DisposeAsync();
}
