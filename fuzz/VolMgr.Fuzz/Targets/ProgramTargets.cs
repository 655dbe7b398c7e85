using System.Text.Json;
using VolMgr.Blocks;
using VolMgr.Cli.Protocol;
using VolMgr.Cli.Rehearse;
using VolMgr.Cli.Service.Http;
using VolMgr.Migration;
using VolMgr.Proof;

namespace VolMgr.Fuzz.Targets;

/// <summary>What the program reads from other processes and from files of its own.</summary>
internal static class ProgramTargets
{
    private static readonly Grammar Bodies = new(
        ("body", ["{@fields@}", "@value@", "{@fields@", "[@value@]"]),
        ("fields", ["\"name\":\"vxprint\"", "@field@", "@field@,@fields@"]),
        ("field", ["\"arguments\":[@values@]", "\"@key@\":@value@"]),
        ("key", ["name", "arguments", "host", "input", "to", "volumes", "format", "state", "plan", "steps", "group",
            "kind", "dryRun", "x", "Name", "\\u0000", "operations", "lab", "lengths", "seconds", "ledgerFolder"]),
        ("values", ["", "\"-ht\"", "@value@,@values@"]),
        ("value", ["1", "\"a\"", "null", "true", "[]", "{}", "@number@", "1e400", "\"\\ud800\"",
            "\"2026-01-01T00:00:00Z\"",
            "[@values@]", "{@fields@}", "\"Copying\"", "\"@word@\""]));

    private static readonly Grammar Journals = new(
        ("journal", ["{\"format\":1,\"request\":{\"diskGroup\":\"d\",\"to\":\"p\"},\"state\":@state@,"
            + "\"started\":@time@@more@}"]),
        ("more", ["", ",@field@@more@"]),
        ("field", ["\"steps\":[{\"phase\":@state@,\"what\":@text@,\"started\":@time@,\"seconds\":@value@}]",
            "\"addedPlexes\":[@text@]", "\"bytesCopied\":@value@", "\"copySeconds\":@value@", "\"failure\":@text@",
            "\"isPastReturn\":@value@", "\"leavingDisks\":@text@", "\"@word@\":@value@"]),
        ("state", ["\"Copying\"", "\"Planned\"", "3", "99", "\"@word@\"", "null", "\"3\"", "-1"]),
        ("time", ["\"2026-01-01T00:00:00Z\"", "\"0001-01-01T00:00:00+14:00\"", "@number@", "null"]),
        ("text", ["\"vol01-02\"", "null", "\"\\ud800\"", "\"@word@\""]),
        ("value", ["1", "1.5", "@number@", "1e400", "null", "\"NaN\"", "true"]));

    private static readonly Grammar Cases = new(
        ("case", ["@number@ @shape@: @operations@", "@number@ @shape@", "@word@"]),
        ("shape", ["Concat-2-log-256-1", "@layout@-@number@-@log@-@number@-@number@@more@"]),
        ("layout", ["Concat", "Stripe", "99", "@word@"]),
        ("log", ["log", "nolog", "@word@"]),
        ("more", ["", "-depth@number@", "-priorities", "-everywhere", "-depth"]),
        ("operations", ["", "@operation@, @operations@"]),
        ("operation", ["@kind@ 1 2", "@kind@ @number@ @number@", "@kind@", "@word@"]),
        ("kind", [.. Enum.GetNames<OperationKind>(), "99", "@word@"]));

    public static IReadOnlyList<IFuzzTarget> All { get; } =
    [
        new BytesTarget("control", "frames of the control protocol, at a server with a volume", Frames, Control),
        new TextTarget("bodies", "bodies of the HTTP API", Bodies, ReadBodies),
        new TextTarget("journal", "journals of migrations", Journals, ReadJournal),
        new TextTarget("case", "cases of the simulator", Cases, ReadCase),
    ];

    private static void Control(ReadOnlySpan<byte> input)
    {
        if (RunRequest.Read(input) is { } run)
        {
            Invariant.Holds(RunRequest.Read(run.ToPayload().Span) is not null);
        }

        if (OpenVolumeRequest.Read(input) is { } open)
        {
            Invariant.Holds(OpenVolumeRequest.Read(open.ToPayload().Span) is not null);
        }

        if (input.Length >= FrameHeader.Size && FrameHeader.Read(input, out _) is { } header)
        {
            byte[] written = new byte[FrameHeader.Size];
            header.WriteTo(written);
            Invariant.Holds(input[..FrameHeader.Size].SequenceEqual(written));
        }

        ControlWorld.Serve(input);
    }

    private static byte[] Frames(Random random)
    {
        List<byte> bytes = [];
        if (random.Next(2) == 0)
        {
            Frame(bytes, FrameType.Run, new RunRequest(
                random.Next(2) == 0 ? "echo" : "cat", ["a", "b"], "/", "", ["TZ=UTC"]).ToPayload().ToArray());
        }
        else
        {
            Frame(bytes, FrameType.OpenVolume, new OpenVolumeRequest("", "datadg", "vol01").ToPayload().ToArray());
        }

        FrameType[] types = Enum.GetValues<FrameType>();
        for (int count = random.Next(6); count > 0; count--)
        {
            byte[] payload = new byte[random.Next(3) switch { 0 => 0, 1 => 8 * random.Next(6), _ => random.Next(40) }];
            for (int at = 0; at < payload.Length; at += random.Next(1, 9))
            {
                payload[at] = (byte)random.Next(256);
            }

            Frame(bytes, types[random.Next(types.Length)], payload);
        }

        return [.. bytes];
    }

    private static void Frame(List<byte> bytes, FrameType type, byte[] payload)
    {
        byte[] header = new byte[FrameHeader.Size];
        new FrameHeader(type, payload.Length).WriteTo(header);
        bytes.AddRange([.. header, .. payload]);
    }

    private static void ReadBodies(string text)
    {
        Read(() => JsonSerializer.Deserialize(text, ApiJson.Default.CommandRequestBody));
        Read(() => JsonSerializer.Deserialize(text, ApiJson.Default.MigrationRequestBody));
        Read(() => JsonSerializer.Deserialize(text, WorkloadJson.Default.WorkloadOptions));
        Read(() => JsonSerializer.Deserialize(text, WorkloadJson.Default.WorkloadEvent));
    }

    /// <summary>The one refusal that readers of JSON have, and expect.</summary>
    private static void Read<T>(Func<T> read)
    {
        try
        {
            _ = read();
        }
        catch (JsonException refused)
        {
            Invariant.Holds(refused.Message.Length > 0);
        }
    }

    private static void ReadJournal(string text)
    {
        if (MigrationJournal.Parse(text) is { } journal)
        {
            string written = journal.ToText();
            Invariant.Holds(MigrationJournal.Parse(written)?.ToText() == written);
        }
    }

    /// <summary>Only cases that the simulator would run are read again; none is run.</summary>
    private static void ReadCase(string text)
    {
        try
        {
            ProofCase read = ProofRunner.Parse(text);
            Invariant.Holds(ProofRunner.Parse(read.ToString()).ToString() == read.ToString());
        }
        catch (FormatException refused)
        {
            Invariant.Holds(refused.Message.Length > 0);
        }
    }
}
