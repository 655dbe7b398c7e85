using VolMgr.Arrays.Estates;
using VolMgr.Blocks;
using VolMgr.Cli.Engine;
using VolMgr.Cli.Labs;
using VolMgr.Cli.Owner;
using VolMgr.Movers.Domains;

namespace VolMgr.Cli.Estates;

/// <summary>
/// What two control domains have recorded of a domain that is migrated, each in a file of its own under
/// <c>controls/CONTROL/DOMAIN</c>: the side's word and the other control domain. No file: lab.yaml says who has it.
/// </summary>
internal sealed class DomainBook(
    LabPaths lab, LabHosts hosts, EngineServices engine, string domain, string from, string to) : IDomainRecords
{
    private static readonly (string Word, DomainSide Side)[] words =
    [
        ("none", DomainSide.None), ("owner", DomainSide.Owner), ("receiving", DomainSide.Receiving),
        ("installed", DomainSide.Installed), ("handed-over", DomainSide.HandedOver),
    ];

    /// <summary>The control domain that it leaves.</summary>
    public string From => from;

    /// <summary>The control domain that it goes to.</summary>
    public string To => to;

    /// <inheritdoc/>
    public DomainSide Source => Read(lab, from, domain)?.Side ?? (IsIn(from) ? DomainSide.Owner : DomainSide.None);

    /// <inheritdoc/>
    public DomainSide Target => Read(lab, to, domain)?.Side ?? (IsIn(to) ? DomainSide.Owner : DomainSide.None);

    /// <summary>Control domains that could run the domain now: one, but for the moment of the handoff.</summary>
    public IReadOnlyList<string> Owners =>
        [.. (Source == DomainSide.Owner ? (string[])[from] : []), .. Target == DomainSide.Owner ? (string[])[to] : []];

    /// <summary>In words.</summary>
    public string Words => $"{from} has recorded {WordOf(Source)}, {to} {WordOf(Target)}";

    /// <summary>The records of a migration that has not ended; null when there are none.</summary>
    public static DomainBook? Unfinished(LabPaths lab, LabHosts hosts, EngineServices engine, string domain)
    {
        foreach (ControlDomainTopology control in hosts.Topology.Estate.Controls)
        {
            if (Read(lab, control.Name, domain) is { } page)
            {
                bool isSource = page.Side is DomainSide.HandedOver or DomainSide.None;
                (string from, string to) = isSource ? (control.Name, page.Peer) : (page.Peer, control.Name);
                return new DomainBook(lab, hosts, engine, domain, from, to);
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public ValueTask<bool> SetSourceAsync(DomainSide side) => WriteAsync(from, to, side);

    /// <inheritdoc/>
    public ValueTask<bool> SetTargetAsync(DomainSide side) =>
        side == DomainSide.None ? ForgetAsync(to) : WriteAsync(to, from, side);

    /// <summary>
    /// Where exactly one side has the domain for good: lab.yaml says so from now on, and the records go.
    /// </summary>
    public async ValueTask<bool> SettleAsync()
    {
        bool isGone = (Source, Target) == (DomainSide.None, DomainSide.Owner);
        if (!isGone && (Source, Target) != (DomainSide.Owner, DomainSide.None))
        {
            return false;
        }

        try
        {
            await engine.RunBlockingAsync(() => hosts.Record(topology => topology with
            {
                Estate = topology.Estate with
                {
                    Domains = [.. topology.Estate.Domains.Select(each =>
                        each.Name == domain ? each with { Control = isGone ? to : from } : each)],
                },
            }));
        }
        catch (UserErrorException error)
        {
            OwnerLog.Write($"domain {domain}: {error.Message}");
            return false;
        }

        return await ForgetAsync(from) && await ForgetAsync(to);
    }

    private static string WordOf(DomainSide side) => words.First(each => each.Side == side).Word;

    private static (DomainSide Side, string Peer)? Read(LabPaths lab, string control, string domain)
    {
        string path = PathOf(lab, control, domain);
        string[] text = File.Exists(path) ? File.ReadAllText(path).Trim().Split(' ') : [];
        int index = text.Length == 2 ? Array.FindIndex(words, each => each.Word == text[0]) : -1;
        return index < 0 ? null : (words[index].Side, text[1]);
    }

    private static string PathOf(LabPaths lab, string control, string domain) =>
        Path.Combine(lab.ControlsFolder, control, domain);

    private bool IsIn(string control) => hosts.Topology.Estate.Domain(domain)?.Control == control;

    private async ValueTask<bool> WriteAsync(string control, string peer, DomainSide side) => await TryAsync(
        () => DurableText.Replace(PathOf(lab, control, domain), $"{WordOf(side)} {peer}\n"));

    private async ValueTask<bool> ForgetAsync(string control) => await TryAsync(
        () => File.Delete(PathOf(lab, control, domain)));

    private Task<bool> TryAsync(Action change) => engine.RunBlockingAsync(() =>
    {
        try
        {
            change();
            return true;
        }
        catch (Exception error) when (error is DirectoryNotFoundException)
        {
            return true; // nothing was ever recorded there
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            OwnerLog.Write($"domain {domain}: {error.Message}");
            return false;
        }
    });
}
