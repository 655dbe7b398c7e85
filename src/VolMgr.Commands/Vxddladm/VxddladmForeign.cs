using VolMgr.Arrays;
using VolMgr.Commands.Parsing;
using VolMgr.Commands.Text;
using VolMgr.Volumes;

namespace VolMgr.Commands.Vxddladm;

/// <summary>
/// <c>vxddladm addforeign</c>, <c>rmforeign</c> and <c>listforeign</c>: devices that other drivers control.
/// </summary>
internal static class VxddladmForeign
{
    private const string Subject =
        "{blockdir=folder chardir=folder | blockpath=device charpath=device}";

    private static readonly int[] Widths = [6, 30];

    /// <summary>Leaves devices alone.</summary>
    public static Verb Add { get; } = new("addforeign", $"addforeign {Subject}", "", AddAsync);

    /// <summary>Takes that back.</summary>
    public static Verb Remove { get; } = new("rmforeign", $"rmforeign {Subject}", "", RemoveAsync);

    /// <summary>What is left alone.</summary>
    public static Verb List { get; } = new("listforeign", "listforeign", "", ListAsync);

    private static async Task<int> AddAsync(Invocation invocation)
    {
        (ForeignDevices? devices, string problem) = Read(invocation, needsBoth: true);
        return devices is null
            ? await invocation.MisusedAsync(problem)
            : await EndAsync(invocation, await invocation.Context.Host.Devices.Ddl.AddForeignAsync(devices));
    }

    private static async Task<int> RemoveAsync(Invocation invocation)
    {
        (ForeignDevices? devices, string problem) = Read(invocation, needsBoth: false);
        return devices is null
            ? await invocation.MisusedAsync(problem)
            : await EndAsync(invocation, await invocation.Context.Host.Devices.Ddl.RemoveForeignAsync(devices));
    }

    private static Task<int> ListAsync(Invocation invocation) => invocation.Operands.Count > 0
        ? invocation.MisusedAsync($"{invocation.Operands[0]}: No operand is expected")
        : invocation.AnswerAsync(
        [
            PaddedRow.Of(Widths, "KIND", "BLOCK", "CHARACTER"),
            new string('=', 62),
            .. invocation.Context.Host.Devices.Ddl.ForeignDevices.Select(each => PaddedRow.Of(
                Widths, each.IsFolder ? "dir" : "path", each.BlockPath, each.CharacterPath)),
        ]);

    private static (ForeignDevices? Devices, string Problem) Read(Invocation invocation, bool needsBoth)
    {
        Outcome<Attributes> split = Attributes.Split(
            invocation.Operands, "blockdir", "chardir", "blockpath", "charpath");
        if (!split.IsDone)
        {
            return (null, split.Refusal.Message);
        }

        Attributes given = split.Value;
        bool isFolder = given["blockdir"] is not null;
        string? block = isFolder ? given["blockdir"] : given["blockpath"];
        string? character = isFolder ? given["chardir"] : given["charpath"];
        bool isMixed = isFolder
            ? given["blockpath"] is not null || given["charpath"] is not null
            : given["chardir"] is not null;
        if (given.Operands.Count > 0 || block is null || isMixed || (needsBoth && character is null))
        {
            return (null, $"Expected {Subject}");
        }

        return block.StartsWith("/dev", StringComparison.Ordinal)
            && character?.StartsWith("/dev", StringComparison.Ordinal) != false
            ? (new ForeignDevices(block, character ?? "", isFolder), "")
            : (null, $"{block}: Expected a path below /dev");
    }

    private static async Task<int> EndAsync(Invocation invocation, string? refusal)
    {
        if (refusal is not null)
        {
            return await invocation.RefuseAsync(new Refusal(ErrorCode.NotFound, refusal));
        }

        await invocation.Context.Host.RescanAsync();
        return 0;
    }
}
