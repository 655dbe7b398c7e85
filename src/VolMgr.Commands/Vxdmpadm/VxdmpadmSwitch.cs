using VolMgr.Arrays;
using VolMgr.Commands.Parsing;
using VolMgr.Volumes;

namespace VolMgr.Commands.Vxdmpadm;

/// <summary><c>vxdmpadm enable</c> and <c>disable</c>: paths by name, controller, node, enclosure or array
/// port.</summary>
internal static class VxdmpadmSwitch
{
    private const string Operands =
        "{path=name | ctlr=controller | dmpnodename=node | enclosure=name [portid=n] | pwwn=name}";

    private static readonly string[] Names = ["path", "ctlr", "dmpnodename", "enclosure", "portid", "pwwn"];

    /// <summary>Lets I/O use paths that answer.</summary>
    public static Verb Enable { get; } = new("enable", $"[-f] enable {Operands}", "f", EnableAsync);

    /// <summary>Keeps I/O off paths; the last one of a LUN needs -f.</summary>
    public static Verb Disable { get; } = new("disable", $"[-f] disable {Operands}", "f", DisableAsync);

    private static Task<int> EnableAsync(Invocation invocation) =>
        ChangeAsync(invocation, (devices, selector) => devices.EnablePaths(selector));

    private static Task<int> DisableAsync(Invocation invocation) => ChangeAsync(
        invocation, (devices, selector) => devices.DisablePaths(selector, invocation.Options.Has('f')));

    private static async Task<int> ChangeAsync(
        Invocation invocation, Func<HostDevices, PathSelector, PathChange> change)
    {
        Outcome<PathSelector> selector = Read(invocation);
        if (!selector.IsDone)
        {
            return selector.Refusal.Code == ErrorCode.Usage
                ? await invocation.MisusedAsync(selector.Refusal.Message)
                : await invocation.RefuseAsync(selector.Refusal);
        }

        string what = string.Join(' ', invocation.Operands);
        return change(invocation.Context.Host.Devices, selector.Value) switch
        {
            PathChange.Changed or PathChange.AlreadySo => 0,
            PathChange.NotFound =>
                await invocation.RefuseAsync(new Refusal(ErrorCode.NotFound, $"{what}: No such path")),
            PathChange.LastPath => await invocation.RefuseAsync(new Refusal(
                ErrorCode.InvalidState, $"{what}: It is the last enabled path of a device; use -f to disable it")),
            PathChange.NotReachable => await invocation.RefuseAsync(
                new Refusal(ErrorCode.InputOutput, $"{what}: The path does not answer")),
        };
    }

    private static Outcome<PathSelector> Read(Invocation invocation)
    {
        Outcome<Attributes> split = Attributes.Split(invocation.Operands, Names);
        if (!split.IsDone)
        {
            return split.Refusal;
        }

        Attributes attributes = split.Value;
        int? port = null;
        if (attributes["portid"] is { } text)
        {
            if (!int.TryParse(text, out int number) || attributes["enclosure"] is null)
            {
                return new Refusal(ErrorCode.Usage, $"portid={text}: Expected a number, with enclosure=");
            }

            port = number;
        }

        int given = Names.Count(name => attributes[name] is not null);
        return given - (port is null ? 0 : 1) == 1 && attributes.Operands.Count == 0
            ? new PathSelector
            {
                Path = attributes["path"],
                Controller = attributes["ctlr"],
                Node = attributes["dmpnodename"],
                Enclosure = attributes["enclosure"],
                PortWwn = attributes["pwwn"],
                Port = port,
            }
            : new Refusal(ErrorCode.Usage, $"Expected {Operands}");
    }
}
