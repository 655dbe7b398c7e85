using System.Globalization;
using VolMgr.Commands.Parsing;
using VolMgr.Commands.Text;
using VolMgr.Volumes;
using VolMgr.Volumes.Hosts;

namespace VolMgr.Commands.Vxtune;

/// <summary><c>vxtune</c>: the tunables of the volume manager that have an effect here; those of multipathing are
/// <c>vxdmpadm gettune</c>.</summary>
internal static class VxtuneCommand
{
    private const string Delay = "vol_default_iodelay";
    private const int TickMs = 10;
    private const int DefaultTicks = CopyWords.PlainSlowMs / TickMs;
    private const int MostTicks = 360_000;

    private static readonly HostValues Values = new("etc/vx/vxtunables");
    private static readonly int[] Widths = [30, 15, 15];

    private static readonly string[] Refused =
    [
        "vol_checkpt_default", "vol_cmpres_enabled", "vol_cmpres_threads", "vol_dcl_version", "vol_fmr_logsz",
        "vol_max_adminio_poolsz", "vol_max_nmpool_sz", "vol_max_rdback_sz", "vol_max_vol", "vol_max_wrspool_sz",
        "vol_maxio", "vol_maxioctl", "vol_maxkiocount", "vol_maxparallelio", "vol_maxspecialio", "vol_maxstablebufsize",
        "vol_nm_hb_timeout", "vol_rvio_maxpool_sz", "vol_stats_enable", "vol_subdisk_num", "voldrl_max_drtregs",
        "voldrl_max_seq_dirty", "voldrl_min_regionsz", "voliomem_chunk_size", "voliomem_maxpool_sz",
        "voliot_errbuf_dflt", "voliot_iobuf_default", "voliot_iobuf_limit", "voliot_iobuf_max", "voliot_max_open",
        "volpagemod_max_memsz", "volraid_minpool_size", "volraid_rsrtransmax",
    ];

    /// <summary>Options and verb.</summary>
    public static CommandDefinition Definition { get; } = new(
        "vxtune",
        new OptionTable("", "DHlo:ru:"),
        [new Verb("", "[tunable [value]]", "", RunAsync)])
    {
        RefusedKeywords = ["export", "import", "reset"],
    };

    /// <summary>The delay of <c>-o slow</c> without a number.</summary>
    public static async Task<int> PlainSlowMsAsync(VolumeHost host) => await TicksAsync(host) * TickMs;

    private static Task<int> RunAsync(Invocation invocation) => invocation.Operands switch
    {
        [] or [Delay] => ListAsync(invocation),
        [Delay, var value] => SetAsync(invocation, value),
        [_, _, var more, ..] => invocation.MisusedAsync($"{more}: One value is expected"),
        [var name, ..] => invocation.RefuseAsync(
            name.StartsWith("dmp_", StringComparison.Ordinal)
                ? Refusals.Unsupported($"{name} (vxdmpadm gettune and settune have it)")
                : Refused.Contains(name) ? Refusals.Unsupported(name)
                : new Refusal(ErrorCode.NotFound, $"{name}: No such tunable")),
    };

    private static async Task<int> ListAsync(Invocation invocation) => await invocation.AnswerAsync(
    [
        PaddedRow.Of(Widths, "Tunable", "Current Value", "Default Value", "Reboot"),
        PaddedRow.Of(Widths, new string('-', 30), new string('-', 15), new string('-', 15), "------"),
        PaddedRow.Of(Widths, Delay, $"{await TicksAsync(invocation.Context.Host)}", $"{DefaultTicks}", "N"),
    ]);

    private static async Task<int> SetAsync(Invocation invocation, string value) =>
        Ticks(value) is { } ticks
            ? await invocation.EndAsync(await Values.WriteAsync(
                invocation.Context.Host, Delay, ticks.ToString(CultureInfo.InvariantCulture)))
            : await invocation.MisusedAsync($"{value}: Expected ticks of {TickMs} ms, from 0 to {MostTicks}");

    private static async Task<int> TicksAsync(VolumeHost host) =>
        Ticks((await Values.ReadAsync(host)).GetValueOrDefault(Delay, "")) ?? DefaultTicks;

    private static int? Ticks(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int ticks) && ticks <= MostTicks
            ? ticks : null;
}
