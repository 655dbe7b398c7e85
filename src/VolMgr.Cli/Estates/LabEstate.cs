using VolMgr.Blocks;
using VolMgr.Cli.Engine;
using VolMgr.Cli.Labs;

namespace VolMgr.Cli.Estates;

/// <summary>What is virtual in a lab that is up: live disks, machines and domains, and the moves under way.</summary>
internal sealed class LabEstate : IAsyncDisposable
{
    private readonly Lock changing = new();
    private readonly Dictionary<string, RunningMove> running = new(StringComparer.Ordinal);

    /// <summary>The estate of a lab; what unfinished moves left behind is deleted.</summary>
    public LabEstate(LabPaths lab, LabHosts hosts, EngineServices engine)
    {
        Disks = new LiveDisks(
            lab, engine, () => hosts.Topology, new Lazy<Arrays.LabArrays>(() => hosts.Arrays));
        Disks.Sweep();
        Machines = new MachineMoves(lab, hosts, this, engine);
        Domains = new DomainMoves(lab, hosts, this, engine);
    }

    /// <summary>The disks.</summary>
    public LiveDisks Disks { get; }

    /// <summary>Virtual machines and their moves.</summary>
    public MachineMoves Machines { get; }

    /// <summary>Logical domains and their moves.</summary>
    public DomainMoves Domains { get; }

    /// <summary>Whether anything is being moved.</summary>
    public bool IsMoving
    {
        get
        {
            lock (changing)
            {
                return running.Count > 0;
            }
        }
    }

    /// <summary>Where something is being moved to, in words; null when it is not.</summary>
    public string? WhereTo(string name)
    {
        lock (changing)
        {
            return running.GetValueOrDefault(name)?.To;
        }
    }

    /// <summary>Ends a move; false when there is none.</summary>
    public bool Cancel(string name)
    {
        RunningMove? move;
        lock (changing)
        {
            move = running.GetValueOrDefault(name);
        }

        move?.Stopping.Cancel();
        return move is not null;
    }

    /// <summary>Runs a move that can be cancelled; refuses a second one of the same thing.</summary>
    /// <param name="name">The machine or domain.</param>
    /// <param name="to">Where it goes.</param>
    /// <param name="move">The move.</param>
    /// <param name="interrupted">Ctrl-C.</param>
    public async Task<T> RunAsync<T>(
        string name, string to, Func<CancellationToken, Task<T>> move, CancellationToken interrupted)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(interrupted);
        lock (changing)
        {
            if (!running.TryAdd(name, new RunningMove(to, stopping)))
            {
                throw UserErrorException.Refused($"{name} is on its way to {running[name].To} already; wait, or "
                    + "cancel that first");
            }
        }

        try
        {
            return await move(stopping.Token);
        }
        finally
        {
            lock (changing)
            {
                running.Remove(name);
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Disks.DisposeAsync();

    private sealed record RunningMove(string To, CancellationTokenSource Stopping);
}
