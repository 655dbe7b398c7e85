using VolMgr.Commands.Parsing;
using VolMgr.Volumes;

namespace VolMgr.Commands.Tests.Parsing;

/// <summary>Lengths of the command line: sectors unless a unit says otherwise.</summary>
public sealed class SizesTests
{
    [Theory]
    [InlineData("0", 0L)]
    [InlineData("1", 512L)]
    [InlineData("7s", 3584L)]
    [InlineData("7B", 3584L)]
    [InlineData("500k", 512_000L)]
    [InlineData("1m", 1L << 20)]
    [InlineData("10G", 10L << 30)]
    [InlineData("15t", 15L << 40)]
    [InlineData("2p", 2L << 50)]
    [InlineData("18014398509481983", 9223372036854775296L)]
    public void A_size_is_digits_and_a_unit(string text, long bytes) => Assert.Equal(bytes, Sizes.Parse(text).Value);

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData("10x")]
    [InlineData("10gb")]
    [InlineData("g")]
    [InlineData("1.5g")]
    [InlineData(" 1")]
    [InlineData("1 g")]
    [InlineData("0x10")]
    [InlineData("9223372036854775808")]
    [InlineData("9223372036854775807")]
    [InlineData("18014398509481984")]
    [InlineData("8388608t")]
    [InlineData("99999999999999999999999999")]
    public void Anything_else_is_refused_and_named(string text)
    {
        Outcome<long> size = Sizes.Parse(text);

        Assert.False(size.IsDone);
        Assert.Equal(ErrorCode.Usage, size.Refusal.Code);
        Assert.StartsWith(text + ":", size.Refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_length_of_nothing_is_refused() => Assert.False(Sizes.ParsePositive("0m").IsDone);
}
