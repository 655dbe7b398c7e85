using VolMgr.Arrays;
using VolMgr.Commands.Parsing;
using VolMgr.Commands.Text;
using VolMgr.Volumes;

namespace VolMgr.Commands.Vxddladm;

/// <summary><c>vxddladm get namingscheme</c> and <c>set namingscheme=</c>.</summary>
internal static class VxddladmNaming
{
    private static readonly string[] Switches = ["persistence", "use_avid", "lowercase"];
    private static readonly int[] Widths = [19, 14, 14];

    /// <summary>The scheme in force.</summary>
    public static Verb Get { get; } = new("get", "get namingscheme", "", GetAsync);

    /// <summary>Another scheme; device names change at once.</summary>
    public static Verb Set { get; } = new(
        "set", "set namingscheme={ebn | osn} [persistence={yes | no}] [use_avid={yes | no}] [lowercase={yes | no}]",
        "", SetAsync);

    private static Task<int> GetAsync(Invocation invocation)
    {
        if (invocation.Operands is not ["namingscheme"])
        {
            return invocation.MisusedAsync("Expected namingscheme");
        }

        NamingScheme scheme = invocation.Context.Host.Devices.Ddl.Scheme;
        return invocation.AnswerAsync(
        [
            "NAMING_SCHEME       PERSISTENCE    LOWERCASE      USE_AVID",
            new string('=', 60),
            PaddedRow.Of(
                Widths, scheme.IsEnclosureBased ? "Enclosure Based" : "OS Native", Word(scheme.IsPersistent),
                Word(scheme.IsLowerCase), Word(scheme.UsesVolumeId)),
        ]);
    }

    private static async Task<int> SetAsync(Invocation invocation)
    {
        Outcome<Attributes> split = Attributes.Split(
            invocation.Operands, "namingscheme", "persistence", "use_avid", "lowercase");
        if (!split.IsDone)
        {
            return await invocation.RefuseAsync(split.Refusal);
        }

        Attributes attributes = split.Value;
        if (attributes.Operands.Count > 0 || attributes["namingscheme"] is not ("ebn" or "osn")
            || !Array.TrueForAll(Switches, name => attributes[name] is null or "yes" or "no"))
        {
            return await invocation.MisusedAsync("Expected namingscheme=ebn or osn, and yes or no for the others");
        }

        bool isEnclosureBased = attributes["namingscheme"] == "ebn";
        NamingScheme before = invocation.Context.Host.Devices.Ddl.Scheme;
        await invocation.Context.Host.Devices.Ddl.SetSchemeAsync(
            new NamingScheme
            {
                IsEnclosureBased = isEnclosureBased,
                IsPersistent = attributes["persistence"] is { } kept ? kept == "yes" : isEnclosureBased,
                IsLowerCase = attributes["lowercase"] is { } lower ? lower == "yes" : before.IsLowerCase,
                UsesVolumeId = attributes["use_avid"] is { } avid ? avid == "yes" : before.UsesVolumeId,
            },
            CancellationToken.None);
        await invocation.Context.Host.RescanAsync();
        return 0;
    }

    private static string Word(bool value) => value ? "Yes" : "No";
}
