using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;

namespace VolMgr.Commands.Tests.Running;

/// <summary>
/// Published procedures, command by command: what each command printed, its exit code, and the records after it. Files
/// are in folder Procedures; their transcripts are golden.
/// </summary>
public sealed partial class ProcedureTests
{
    private static readonly string Folder = Path.Combine(
        typeof(ProcedureTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .First(item => item.Key == "ProjectDirectory").Value ?? ".",
        "Procedures");

    public static IEnumerable<TheoryDataRow<string>> Names => Directory.GetFiles(Folder, "*.sh")
        .Order(StringComparer.Ordinal)
        .Select(path => new TheoryDataRow<string>(Path.GetFileNameWithoutExtension(path)));

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_procedure_goes_as_its_transcript_says(string name)
    {
        await using CommandLab lab = await CommandLab.StartAsync();
        await lab.DoAsync("vxdisksetup -i emc0_01f4");
        await lab.DoAsync("vxdisksetup -i emc0_01f5");
        await lab.DoAsync("vxdg init datadg datadg01=emc0_01f4 datadg02=emc0_01f5");
        await lab.DoAsync("vxassist -g datadg make datavol 40m datadg01");
        await lab.DoAsync("vxassist -g datadg make othervol 20m datadg01");
        StringBuilder transcript = new();
        string before = "";
        string[] lines = await File.ReadAllLinesAsync(
            Path.Combine(Folder, name + ".sh"), TestContext.Current.CancellationToken);
        foreach (string line in lines)
        {
            CommandResult result = await lab.RunAsync(Words(line));
            await lab.IdleAsync();
            transcript.Append($"# {line}\n{result.Out}{result.Error}");
            transcript.Append(result.Code == 0 ? "" : $"exit code {result.Code}\n");
            string records = (await lab.AskAsync("vxprint -qht")).Out;
            transcript.Append(records == before ? "" : $"{records}\n");
            before = records;
        }

        GoldenFile.Matches(
            Path.Combine("..", "Procedures", name), Identity().Replace(transcript.ToString(), "ID.host1"));
    }

    /// <summary>The words of a line, without their quotes.</summary>
    private static string[] Words(string line) => [.. Quoted().Matches(line)
        .Select(match => match.Value.Replace("'", "", StringComparison.Ordinal))
        .Select(word => word.StartsWith("-F", StringComparison.Ordinal)
            ? word.Replace("\"", "", StringComparison.Ordinal) : word)];

    [GeneratedRegex("""('[^']*'|[^ '])+""")]
    private static partial Regex Quoted();

    [GeneratedRegex("""\d{9,10}\.\d+\.host1""")]
    private static partial Regex Identity();
}
