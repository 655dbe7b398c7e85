using VolMgr.Blocks;
using VolMgr.Nbd.Server;

namespace VolMgr.Fuzz.Targets;

/// <summary>A server whose client has sent everything it will ever send.</summary>
internal static class NbdWorld
{
    private const long ExportLength = 1 << 20;

    public static EngineServices Engine { get; } =
        new(TaskScheduler.Default, TaskScheduler.Default, TimeProvider.System, new RandomIdentities());

    /// <summary>Serves the input to its end; throws when the server met a fault or kept memory.</summary>
    public static void Serve(ReadOnlySpan<byte> input)
    {
        List<string> log = [];
        NbdServer server = new(new Exports(), new NbdServerOptions { Log = log.Add }, Engine);
        Task served = server.ServeAsync(new InputStream(input.ToArray()));
        Invariant.Holds(served.Wait(TimeSpan.FromSeconds(20)));
        if (log.Find(line => line.Contains("failed", StringComparison.Ordinal)) is { } fault)
        {
            throw new InvariantViolationException(fault);
        }

        Invariant.Holds(server.Statistics.BytesHeld == 0);
    }

    private sealed class Exports : INbdExportSource
    {
        public ValueTask<IReadOnlyList<NbdExportName>> ListAsync(CancellationToken token) =>
            ValueTask.FromResult<IReadOnlyList<NbdExportName>>([new NbdExportName("v", "")]);

        public ValueTask<NbdExport?> OpenAsync(string name, CancellationToken token) =>
            ValueTask.FromResult<NbdExport?>(
                new NbdExport { Name = "v", Description = "", Device = new MemoryDevice(ExportLength) });
    }

    private sealed class RandomIdentities : IIdentitySource
    {
        public Guid NewGuid() => Guid.NewGuid();

        public int NewSeed() => Random.Shared.Next();
    }

    /// <summary>Gives the input and then the end; takes everything.</summary>
    private sealed class InputStream(byte[] input) : MemoryStream(input)
    {
        public override ValueTask WriteAsync(
            ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            ValueTask.CompletedTask;

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            Task.CompletedTask;
    }
}
