namespace VolMgr.Fuzz;

/// <summary>A parser under attack.</summary>
internal interface IFuzzTarget
{
    /// <summary>The name of the target and of its corpus.</summary>
    string Name { get; }

    /// <summary>Reads an input; whatever it is, anything thrown is a finding.</summary>
    void Run(ReadOnlySpan<byte> input);
}
