using System.Security.Cryptography;
using VolMgr.Cli.Labs;

namespace VolMgr.Cli.Tests.Labs;

/// <summary>
/// Faults of the host and of the whole room in the middle of a migration's copy: it goes on, or is interrupted and
/// resumed, and the data is what it was.
/// </summary>
public sealed class MigrationFaultTests
{
    private const int Size = 6 << 20;

    /// <summary>Fault, target, whether the migration has to be resumed; more of them in the long tier.</summary>
    public static TheoryData<string, string, bool> Cases
    {
        get
        {
            TheoryData<string, string, bool> cases = new()
            {
                { "clock-step", "host1 by=-26h", false },
                { "host-crash", "host1", true },
                { "power-failure", "lab", true },
            };
            if (Environment.GetEnvironmentVariable("VOLMGR_TEST_TIER") == "all")
            {
                cases.Add("clock-step", "host1 by=26h", false);
                cases.Add("controller-down", "host1:c2", false);
                cases.Add("array-power-loss", "emc0", false);
                cases.Add("lun-renumbered", "emc0/01f4 to=44", false);
                cases.Add("zone-missing", "host1:c3", false);
                cases.Add("lun-failed", "pure0/0012", true);
                cases.Add("array-down", "pure0", true);
                cases.Add("array-down", "emc0", true);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_migration_survives_a_fault_in_the_middle_of_its_copy(string fault, string target, bool isInterrupted)
    {
        using TestProgram program = TestProgram.WithLab("populated");
        byte[] image = RandomNumberGenerator.GetBytes(Size);
        File.WriteAllBytes(Path.Combine(program.Folder, "image"), image);
        Done(program, "volume load --group datadg --volume vol01 image");
        Done(program, "vxdmpadm settune dmp_lun_retry_timeout=1");
        string[] start = "migrate --group datadg --to pure0 --until mirrored --background --slow 100".Split(' ');
        Done(program, string.Join(' ', start));
        for (int look = 0; !Done(program, "vxtask -q list").Contains("vol01", StringComparison.Ordinal); look++)
        {
            Assert.True(look < 100, "the copy begins");
        }

        Assert.Equal(0, program.Run(["fault", "inject", fault, .. target.Split(' ')]).ExitCode);
        if (!isInterrupted || fault == "lun-failed")
        {
            Done(program, "vxdisk scandisks");
        }

        Assert.Equal(isInterrupted ? 1 : 0, program.Run("migrate", "wait").ExitCode);
        Done(program, "fault clear --all");
        Done(program, "vxdisk scandisks");
        if (isInterrupted)
        {
            Done(program, "migrate resume");
        }

        Assert.Contains("2 plexes are equal", Done(program, "verify"), StringComparison.Ordinal);
        Done(program, "migrate finish");
        Assert.DoesNotContain("emc0", Done(program, "vxprint -g datadg -ht"), StringComparison.Ordinal);
        Assert.Equal(image, Content(program));
    }

    /// <summary>The first bytes of the volume where they lie on the new array, read past the host.</summary>
    private static byte[] Content(TestProgram program)
    {
        List<byte> bytes = [];
        string listing = Done(program, "vxprint -g datadg -ht vol01");
        Done(program, "host shutdown --all");
        foreach (string[] piece in listing.Split('\n')
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words is ["sd", ..]).OrderBy(words => long.Parse(words[6])))
        {
            LabPaths lab = program.Lab;
            string file = Path.Combine(lab.Root, "arrays", "pure0", piece[7].Split('_')[1] + ".img");
            using FileStream lun = File.OpenRead(file);
            const int PublicOffset = 65536 + 256;
            lun.Position = (PublicOffset + long.Parse(piece[4])) * 512L;
            byte[] read = new byte[Math.Min(Size - bytes.Count, long.Parse(piece[5]) * 512)];
            lun.ReadExactly(read);
            bytes.AddRange(read);
        }

        return [.. bytes];
    }

    private static string Done(TestProgram program, string line)
    {
        ProgramResult result = program.Run(line.Split(' '));
        Assert.Equal((line, 0, ""), (line, result.ExitCode, result.ExitCode == 0 ? "" : result.Error));
        return result.Output;
    }
}
