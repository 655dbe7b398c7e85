using VolMgr.Commands.Parsing;
using VolMgr.Volumes;
using VolMgr.Volumes.Layout;

namespace VolMgr.Commands.Vxassist;

/// <summary>The storage operands of vxassist, with the attributes <c>alloc=</c>, <c>mirror=</c> and
/// <c>wantmirror=</c> that say the same.</summary>
internal static class StorageOperands
{
    /// <summary>Reads the operands from the given place on.</summary>
    public static Outcome<StorageSpecification> Parse(Attributes attributes, int start)
    {
        List<string> words = [.. attributes.Operands.Skip(start)];
        if (words.Exists(string.IsNullOrWhiteSpace))
        {
            return new Refusal(ErrorCode.Usage, "A storage operand is empty: leave it out to use any disk");
        }

        foreach (string name in new[] { "alloc", "mirror", "wantmirror" })
        {
            if (attributes[name] is { } value)
            {
                if (string.IsNullOrWhiteSpace(value))
                {
                    return new Refusal(ErrorCode.Usage, $"{name}=: Expected a value");
                }

                words.Add($"{name}={value}");
            }
        }

        return StorageSpecification.Parse(words);
    }
}
