namespace VolMgr.Cli.Engine;

/// <summary>Whether a host still runs; once cut, it stays so.</summary>
internal sealed class HostPower
{
    private readonly CancellationTokenSource loss = new();
    private volatile bool isCut;

    /// <summary>Whether the power is off.</summary>
    public bool IsCut => isCut;

    /// <summary>Cancelled when the power goes.</summary>
    public CancellationToken Loss => loss.Token;

    /// <summary>Switches it off.</summary>
    public void Cut()
    {
        isCut = true;
        loss.Cancel();
    }
}
