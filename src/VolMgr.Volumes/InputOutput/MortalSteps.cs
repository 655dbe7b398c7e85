using VolMgr.Arrays.Faults;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Resync;

namespace VolMgr.Volumes.InputOutput;

/// <summary>
/// The engine as it is, on a host that the faults of its lab may kill at any of the <see cref="EnginePoints"/>. Without
/// such a fault it costs the look at a flag.
/// </summary>
internal sealed class MortalSteps(LabFaults faults, string host) : DataPathSteps
{
    private static readonly string[] Names =
        [.. Enumerable.Range(0, Enum.GetValues<DataPathStep>().Max(step => (int)step) + 1)
            .Select(number => NameOf((DataPathStep)number))];

    /// <summary>What the faults call a step, such as write-locked.</summary>
    public static string NameOf(DataPathStep step) => string.Concat(step.ToString()
        .Select((letter, index) => char.IsUpper(letter)
            ? (index > 0 ? "-" : "") + char.ToLowerInvariant(letter)
            : letter.ToString()));

    /// <inheritdoc/>
    public override ValueTask ReachedAsync(DataPathStep step, long offset, long length)
    {
        Reached(Names[(int)step]);
        return default;
    }

    /// <inheritdoc/>
    public override void CommitBegins(GroupConfiguration next) => Reached("commit-begins");

    /// <inheritdoc/>
    public override void CopyStarts(PlexCopyOptions options, CopyMap map) => Reached("copy-starts");

    /// <inheritdoc/>
    public override void MarkCopied(CopyMap map, ByteRange range)
    {
        Reached("copy-marking");
        base.MarkCopied(map, range);
    }

    private void Reached(string point)
    {
        if (faults.IsWatchingEngine)
        {
            faults.Reached(host, point);
        }
    }
}
