using FsCheck;
using FsCheck.Fluent;
using VolMgr.Commands.Runbooks;

namespace VolMgr.Commands.Tests.Runbooks;

/// <summary>Which commands a shell script holds.</summary>
public sealed class ShellReaderTests
{
    [Theory]
    [InlineData("a b; c | d && e || f & g", "1:a b/1:c/1:d/1:e/1:f/1:g")]
    [InlineData("a 'b c' \"d e\" f\\ g", "1:a,b c,d e,f g")]
    [InlineData("x=1 a b # c d\n# e\nf", "1:a b/3:f")]
    [InlineData("a >out 2>&1 <in b", "1:a b")]
    [InlineData("a \\\n  b\nc", "1:a b/3:c")]
    [InlineData("for d in x y; do a $d; done", "1:for d in x y/1:a $d")]
    [InlineData("if a; then b; else c; fi\nwhile d\ndo e; done", "1:a/1:b/1:c/2:d/3:e")]
    [InlineData("cat <<EOF\na b\nEOF\nc", "1:cat/4:c")]
    [InlineData("a 'open", "1:a open")]
    public void Simple_commands_are_found_with_their_lines(string script, string expected)
    {
        IEnumerable<string> found = ShellReader.Read(script).Select(command =>
        {
            string[] words = [.. command.Words.Select(word => word.Text)];
            return $"{command.Line}:{string.Join(words.Any(word => word.Contains(' ')) ? ',' : ' ', words)}";
        });

        Assert.Equal(expected, string.Join('/', found));
    }

    [Fact]
    public void Commands_inside_of_expansions_are_found_too()
    {
        IEnumerable<string> names = ShellReader.Read("old=$(vxprint -ht | awk '{print $1}')\na `b c` \"$(d)\" $((1+2))")
            .Select(command => command.Name);

        Assert.Equal(["vxprint", "awk", "b", "d", "a"], names);
    }

    [Fact]
    public void A_word_with_an_expansion_is_not_literal()
    {
        ShellCommand command = ShellReader.Read("vxdg adddisk n$i=$d plain 'quo$ted' x*")[0];

        Assert.Equal([true, false, true, true, false], command.Arguments.Select(word => word.IsLiteral));
    }

    [Fact]
    public void The_name_is_without_directory_and_behind_sudo()
    {
        Assert.Equal("vxdisksetup", ShellReader.Read("sudo /etc/vx/bin/vxdisksetup -i x")[0].Name);
    }

    [Fact]
    public void Any_text_is_read_to_its_end()
    {
        Gen<string> texts = Gen.Elements(
                "a", " ", "\n", "'", "\"", "$(", ")", "`", "\\", "<<E", "\nE\n", ">", "#", "${", "}", ";")
            .ArrayOf().Select(string.Concat);

        Prop.ForAll(texts.ToArbitrary(), text => ShellReader.Read(text).All(command => command.Line >= 1))
            .QuickCheckThrowOnFailure();
    }
}
