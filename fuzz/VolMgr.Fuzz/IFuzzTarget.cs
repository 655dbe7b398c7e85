namespace VolMgr.Fuzz;

/// <summary>A parser under attack.</summary>
internal interface IFuzzTarget
{
    /// <summary>The name of the target and of its corpus.</summary>
    string Name { get; }

    /// <summary>What it reads, in a few words.</summary>
    string What { get; }

    /// <summary>Whether inputs are text: how they are kept, and how they are changed.</summary>
    bool IsText => false;

    /// <summary>Reads an input; whatever it is, anything thrown is a finding.</summary>
    void Run(ReadOnlySpan<byte> input);

    /// <summary>An input that follows the rules of what the parser reads; null when the target knows none.</summary>
    byte[]? Generate(Random random) => null;
}

/// <summary>A parser of bytes.</summary>
internal sealed class BytesTarget(
    string name, string what, Func<Random, byte[]> generate, Action<ReadOnlySpan<byte>> run) : IFuzzTarget
{
    public string Name => name;

    public string What => what;

    public void Run(ReadOnlySpan<byte> input) => run(input);

    public byte[]? Generate(Random random) => generate(random);
}

/// <summary>A parser of text.</summary>
internal sealed class TextTarget(string name, string what, Grammar grammar, Action<string> run) : IFuzzTarget
{
    public string Name => name;

    public string What => what;

    public bool IsText => true;

    public void Run(ReadOnlySpan<byte> input) => run(System.Text.Encoding.UTF8.GetString(input));

    public byte[]? Generate(Random random) => System.Text.Encoding.UTF8.GetBytes(grammar.Make(random));
}
