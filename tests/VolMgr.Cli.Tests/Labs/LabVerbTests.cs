using Microsoft.Win32.SafeHandles;
using VolMgr.Arrays;
using VolMgr.Cli.Labs;
using VolMgr.Cli.Owner;

namespace VolMgr.Cli.Tests.Labs;

public sealed class LabVerbTests
{
    [Fact]
    public void A_created_lab_is_shown_checked_and_destroyed()
    {
        using TestProgram program = TestProgram.WithLab();
        ProgramResult shown = program.Run("lab", "show");
        Assert.Equal(0, shown.ExitCode);
        Assert.Contains("down\n", shown.Output, StringComparison.Ordinal);
        Assert.Contains("emc0/01f4", shown.Output, StringComparison.Ordinal);
        ProgramResult check = program.Run("lab", "check");
        Assert.Equal((0, ""), (check.ExitCode, check.Error));
        Assert.Equal(8, check.Output.Split("not initialised").Length - 1);
        Assert.Equal(0, program.Run("lab", "destroy", program.Lab.Root).ExitCode);
        Assert.False(Directory.Exists(program.Lab.Root));
    }

    [Fact]
    public void Templates_are_listed_and_each_makes_a_lab()
    {
        using var program = new TestProgram();
        string[] lines = program.Run("lab", "templates").Output.TrimEnd().Split('\n');
        Assert.Equal(LabTemplates.All.Select(template => template.Name), lines.Select(line => line.Split(' ')[0]));
    }

    [Fact]
    public void A_directory_with_anything_in_it_is_refused_and_left_alone()
    {
        using var program = new TestProgram();
        Directory.CreateDirectory(program.Lab.Root);
        File.WriteAllText(Path.Combine(program.Lab.Root, "precious"), "x");
        ProgramResult result = program.Run("lab", "create", program.Lab.Root);
        Assert.Equal(3, result.ExitCode);
        Assert.Contains("is not empty", result.Error, StringComparison.Ordinal);
        Assert.Single(Directory.GetFileSystemEntries(program.Lab.Root));
    }

    [Fact]
    public async Task A_creation_that_fails_midway_leaves_nothing_behind()
    {
        using var folder = new TemporaryFolder();
        LabTopology good = LabTemplates.Build("migration", new LabTemplateOptions())
            ?? throw new InvalidOperationException();
        // The last LUN's folder is a file of an earlier LUN, so making it fails after most of the lab is there.
        LunTopology last = good.Arrays[1].Luns[^1] with { Backing = good.Arrays[0].Luns[0].Backing + "/x" };
        LabTopology bad = good with
        {
            Arrays = [good.Arrays[0], good.Arrays[1] with { Luns = [.. good.Arrays[1].Luns.SkipLast(1), last] }],
        };
        UserErrorException error = await Assert.ThrowsAsync<UserErrorException>(() =>
            LabCreation.CreateAsync(folder.In("lab"), bad, null, TestContext.Current.CancellationToken));
        Assert.Equal(3, error.ExitCode);
        Assert.False(Directory.Exists(folder.In("lab")));
    }

    [Fact]
    public void Check_reports_missing_and_truncated_files_and_damaged_headers()
    {
        using TestProgram program = TestProgram.WithLab();
        Assert.Equal(0, program.Run("vxdisksetup", "-i", "emc0_01f6").ExitCode);
        Assert.Equal(0, program.Run("host", "shutdown", "--all").ExitCode);
        File.Delete(Path.Combine(program.Lab.Root, "arrays/emc0/01f4.img"));
        using (FileStream file = File.OpenWrite(Path.Combine(program.Lab.Root, "arrays/emc0/01f5.img")))
        {
            file.SetLength(1 << 20);
        }

        DateTime before = File.GetLastWriteTimeUtc(Path.Combine(program.Lab.Root, "arrays/emc0/01f6.img"));
        ProgramResult check = program.Run("lab", "check");
        Assert.Equal(1, check.ExitCode);
        string[] problems = check.Error.TrimEnd().Split('\n');
        Assert.Equal(2, problems.Length);
        Assert.Contains("emc0/01f4", problems[0], StringComparison.Ordinal);
        Assert.Contains("is missing", problems[0], StringComparison.Ordinal);
        Assert.Contains("has 1048576 bytes instead of 1073741824", problems[1], StringComparison.Ordinal);
        Assert.Contains("free VM disk", check.Output, StringComparison.Ordinal);
        Assert.Equal(before, File.GetLastWriteTimeUtc(Path.Combine(program.Lab.Root, "arrays/emc0/01f6.img")));
    }

    /// <summary>
    /// Goal: damage in each structure of a private region is found. Method: each is overwritten in turn on a populated
    /// lab (of the configuration, both checkpoint headers); the check names the LUN and the structure, and
    /// is silent again once the bytes are put back.
    /// </summary>
    [Fact]
    public void Check_finds_damage_in_every_structure_of_a_private_region()
    {
        using TestProgram program = TestProgram.WithLab("populated");
        string image = Path.Combine(program.Lab.Root, "arrays/emc0/01f4.img");
        foreach ((string what, int[] sectors) in new[]
        {
            ("first disk header", new[] { 0 }),
            ("second disk header", [240]),
            ("first table of contents", [8]),
            ("second table of contents", [248]),
            ("copy of the configuration", [48, 144]),
        })
        {
            Flip(image, sectors);
            ProgramResult check = program.Run("lab", "check");
            Assert.Equal(1, check.ExitCode);
            Assert.Contains(what, check.Error, StringComparison.Ordinal);
            Assert.Contains("emc0/01f4", check.Error, StringComparison.Ordinal);
            Flip(image, sectors);
        }

        ProgramResult mended = program.Run("lab", "check");
        Assert.Equal((0, ""), (mended.ExitCode, mended.Error));
    }

    private static void Flip(string image, int[] sectors)
    {
        const int RegionStart = 256;
        using SafeFileHandle file = Native.Open(image, writable: true, out _) ?? throw new IOException(image);
        byte[] bytes = new byte[1];
        foreach (int sector in sectors)
        {
            long position = ((RegionStart + sector) * 512) + 40;
            RandomAccess.Read(file, bytes, position);
            bytes[0] ^= 0xFF;
            RandomAccess.Write(file, bytes, position);
        }
    }

    [Fact]
    public void A_clone_is_equal_and_sparse_and_an_idle_owner_makes_way()
    {
        using TestProgram program = TestProgram.WithLab();
        Assert.Equal(0, program.Run("vxdisksetup", "-i", "emc0_01f4").ExitCode);
        Assert.True(PidFile.IsHeld(program.Lab));
        string copy = Path.Combine(program.Folder, "copy");
        ProgramResult cloned = program.Run("lab", "clone", program.Lab.Root, copy);
        Assert.Equal((0, ""), (cloned.ExitCode, cloned.Error));
        ProgramResult check = program.Run("lab", "check", copy);
        Assert.Equal(program.Run("lab", "check").Output, check.Output);
        Assert.Contains("free VM disk", check.Output, StringComparison.Ordinal);
        using var file = Native.Open(Path.Combine(copy, "arrays/emc0/01f5.img"), writable: false, out _);
        Assert.NotNull(file);
        Assert.Null(Native.NextData(file, 0, 1 << 30));
        Assert.Equal(3, program.Run("lab", "clone", program.Lab.Root, copy).ExitCode);
        Assert.Equal(3, program.Run("lab", "clone", program.Lab.Root, Path.Combine(program.Lab.Root, "in")).ExitCode);
    }

    [Fact]
    public void Reset_empties_every_lun()
    {
        using TestProgram program = TestProgram.WithLab();
        Assert.Equal(0, program.Run("vxdisksetup", "-i", "emc0_01f4").ExitCode);
        Assert.Equal((0, ""), (program.Run("lab", "reset").ExitCode, ""));
        Assert.Equal(8, program.Run("lab", "check").Output.Split("not initialised").Length - 1);
        Assert.False(Directory.Exists(program.Lab.HostsFolder));
    }

    [Fact]
    public void Destroy_refuses_what_is_no_lab()
    {
        using var program = new TestProgram();
        Directory.CreateDirectory(program.Lab.Root);
        File.WriteAllText(Path.Combine(program.Lab.Root, "precious"), "x");
        ProgramResult result = program.Run("lab", "destroy", program.Lab.Root);
        Assert.Equal(3, result.ExitCode);
        Assert.Contains("is not a lab", result.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(program.Lab.Root, "precious")));
    }
}
