using VolMgr.Volumes;

namespace VolMgr.Commands.Parsing;

/// <summary>The operands of <c>set attr=value... object...</c>.</summary>
/// <param name="Values">The attributes in order.</param>
/// <param name="Names">The objects.</param>
internal sealed record AttributeChanges(
    IReadOnlyList<KeyValuePair<string, string>> Values, IReadOnlyList<string> Names)
{
    /// <summary>Reads them: attributes first, then objects.</summary>
    public static Outcome<AttributeChanges> Parse(IReadOnlyList<string> operands)
    {
        int count = 0;
        while (count < operands.Count && operands[count].IndexOf('=') > 0)
        {
            count++;
        }

        if (count == 0 || count == operands.Count)
        {
            return new Refusal(ErrorCode.Usage, "set: Expected attribute=value and an object");
        }

        return new AttributeChanges(
            [.. operands.Take(count).Select(operand => operand.Split('=', 2))
                .Select(parts => KeyValuePair.Create(parts[0], parts[1]))],
            [.. operands.Skip(count)]);
    }
}
