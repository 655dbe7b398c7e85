using VolMgr.Commands.Parsing;
using VolMgr.Volumes;

namespace VolMgr.Commands.Vxassist;

/// <summary>
/// The defaults file of <c>vxassist -d</c>: words <c>attribute=value</c>, any number a line, <c>#</c> to the end of the
/// line is a comment. An attribute of the command line wins over the file.
/// </summary>
internal static class DefaultsFile
{
    /// <summary>Splits the operands and adds the attributes of the file, if one was named.</summary>
    public static Outcome<Attributes> Split(Invocation invocation, params IReadOnlyList<string> taken)
    {
        Outcome<Attributes> given = Attributes.Split(invocation.Operands, taken);
        if (!given.IsDone || invocation.Options.Value('d') is not { } file)
        {
            return given;
        }

        string path = Path.Combine(invocation.Request.WorkingDirectory, file);
        if (invocation.Context.Files.ReadText(path) is not { } text)
        {
            return new Refusal(ErrorCode.System, $"{path}: Defaults file cannot be read");
        }

        IEnumerable<string> words = text.Split('\n').Select(line => line.Split('#')[0])
            .SelectMany(line => line.Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries));
        Outcome<Attributes> defaults = Attributes.Split(words, taken);
        return !defaults.IsDone ? defaults.Refusal with { Message = $"{path}: {defaults.Refusal.Message}" }
            : defaults.Value.Operands is [string word, ..]
                ? new Refusal(ErrorCode.Usage, $"{path}: {word}: Expected attribute=value")
            : given.Value.WithDefaults(defaults.Value);
    }
}
