using VolMgr.Commands.Runbooks;

namespace VolMgr.Commands.Tests.Runbooks;

/// <summary>How a file becomes steps.</summary>
public sealed class RunbookTests
{
    [Fact]
    public void Each_fenced_block_of_commands_is_a_step_under_its_heading()
    {
        Runbook runbook = Read("move.md", """
            # Move
            ## Mirror
            - **Planned**: 10 min
            - Rollback: `vxtask abort mig1`

            ```sh
            vxassist -g dg mirror v
            # not a prompt
            ```
            ```yaml
            not: a step
            ```
            ## Detach
            Gate: two plexes are ACTIVE
            ```console
            # vxprint -ht
            v  vol01
            $ test 1 = 1
            ```
            """);

        Assert.Equal(["Mirror", "Detach"], runbook.Steps.Select(step => step.Title));
        RunbookStep mirror = runbook.Steps[0];
        Assert.Equal((7, TimeSpan.FromMinutes(10), "vxtask abort mig1", null),
            (mirror.Line, mirror.Planned, mirror.Rollback, mirror.Gate));
        Assert.Equal("vxassist -g dg mirror v\n# not a prompt\n", mirror.Commands);
        Assert.Equal("two plexes are ACTIVE", runbook.Steps[1].Gate);
        Assert.Equal("vxprint -ht\n\ntest 1 = 1\n", runbook.Steps[1].Commands);
    }

    [Fact]
    public void Each_complete_command_of_a_script_is_a_step_with_the_comment_above_it()
    {
        Runbook runbook = Read("move.sh", """
            #!/bin/sh
            # Look
            vxdisk list
            for d in a b
            do echo $d; done
            # Change
            # gate: it worked
            # duration: 1.5h
            true \
              && true
            """);

        Assert.Equal(["Look", "Look", "Change"], runbook.Steps.Select(step => step.Title));
        Assert.Equal([3, 4, 9], runbook.Steps.Select(step => step.Line));
        Assert.Equal("for d in a b\ndo echo $d; done\n", runbook.Steps[1].Commands);
        Assert.Equal(("it worked", TimeSpan.FromMinutes(90)), (runbook.Steps[2].Gate, runbook.Steps[2].Planned));
        Assert.Null(runbook.Steps[1].Gate);
    }

    [Theory]
    [InlineData("a.md", "only prose\n")]
    [InlineData("a.md", "```\n")]
    [InlineData("a.sh", "# nothing\n\n")]
    [InlineData("a.sh", "")]
    public void A_file_without_commands_has_no_steps(string name, string text) => Assert.Empty(Read(name, text).Steps);

    [Fact]
    public void A_command_that_never_ends_is_one_step() =>
        Assert.Equal(
            ["for x in y; do\nb\n\n"], Read("a.sh", "for x in y; do\nb\n").Steps.Select(step => step.Commands));

    /// <summary>A loop is complete with its done, anything else at once.</summary>
    private static Runbook Read(string name, string text) => Runbook.Read(
        name, text, commands => !commands.StartsWith("for", StringComparison.Ordinal)
            || commands.Contains("done", StringComparison.Ordinal));
}
