namespace VolMgr.Proof.Tests;

/// <summary>Whole scenarios by name, as <c>volmgr simulate</c> runs them.</summary>
public sealed class ScenarioTests
{
    private static bool IsLong => Environment.GetEnvironmentVariable("VOLMGR_TEST_TIER") == "all";

    public static TheoryData<string> Names() => [.. ProofRunner.Scenarios.Select(scenario => scenario.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Fixed_seeds_keep_every_invariant(string name)
    {
        for (int seed = 1; seed <= (IsLong ? 400 : 4); seed++)
        {
            SimulationRun run = ProofRunner.Run(name, seed);
            Assert.True(run.Violation is null, $"{run.Violation}\nrun it again: volmgr simulate --case '{run.Case}'");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Fresh_seeds_keep_every_invariant(string name)
    {
        for (int seed = Environment.TickCount & 0xFF_FFFF, left = 2; left > 0; left--, seed++)
        {
            SimulationRun run = ProofRunner.Run(name, seed);
            Assert.True(
                run.Violation is null,
                $"{run.Violation}\nrun it again: volmgr simulate --scenario {name} --seed {seed}\n{run.Case}");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_same_seed_is_the_same_run(string name)
    {
        ProofCase proofCase = Scenario.Find(name)!.Make(3);
        Assert.Equal(
            CaseRunner.Run(proofCase, EngineUnderTest.Real).Fingerprint,
            CaseRunner.Run(ProofCase.Parse(proofCase.ToString()), EngineUnderTest.Real).Fingerprint);
    }

    [Fact]
    public void A_migration_has_64_ranges_and_32_requests_in_flight_and_half_of_them_are_disturbed()
    {
        ProofCase[] cases = [.. Enumerable.Range(1, 40).Select(seed => Scenario.Find("migration")!.Make(seed))];
        Assert.All(cases, one => Assert.Equal(64, one.Shape.LengthKib * 1024 / SimulatedLab.CopyStep));
        Assert.All(cases, one => Assert.Equal(32, one.Shape.Depth));
        Assert.Equal(20, cases.Count(one => one.IsDisturbed));
    }

    [Fact]
    public void Every_kind_of_request_command_and_fault_occurs_in_the_scenarios() => Assert.Equal(
        Enum.GetValues<OperationKind>().Order(),
        Scenario.All.SelectMany(scenario => Enumerable.Range(1, 8).SelectMany(seed => scenario.Make(seed).Operations))
            .Select(operation => operation.Kind).Distinct().Order());

    [Fact]
    public void Faults_commands_and_restarts_disturb_migrations()
    {
        HashSet<OperationKind> kinds =
            [.. Enumerable.Range(1, 200).SelectMany(seed => Scenario.Find("migration")!.Make(seed).Operations)
                .Select(operation => operation.Kind)];
        Assert.Superset(
            new HashSet<OperationKind>
            {
                OperationKind.Crash, OperationKind.HostCrash, OperationKind.Reboot, OperationKind.Fault,
                OperationKind.Hang, OperationKind.LosePath, OperationKind.LosePaths, OperationKind.LoseArray,
                OperationKind.Pause, OperationKind.Abort, OperationKind.Grow, OperationKind.Shrink,
                OperationKind.Deport, OperationKind.Attach, OperationKind.Remove,
            },
            kinds);
    }

    [Fact]
    public void Migrations_reach_every_named_step()
    {
        Dictionary<string, long> reached = [];
        for (int seed = 1; seed <= 400 && (reached.Count == 0 || reached.ContainsValue(0)); seed++)
        {
            foreach ((string step, long hits) in ProofRunner.Run("migration", seed).StepsReached)
            {
                reached[step] = reached.GetValueOrDefault(step) + hits;
            }
        }

        Assert.DoesNotContain(0, reached.Values);
    }

    [Fact]
    public void A_case_of_one_line_runs_and_nonsense_is_refused()
    {
        Assert.Null(ProofRunner.RunCase("1 Concat-1-nolog-256-1: Write 1 1, Flush 0 0").Violation);
        Assert.Throws<FormatException>(() => ProofRunner.RunCase("nonsense"));
        Assert.Throws<ArgumentException>(() => ProofRunner.Run("nonsense", 1));
    }
}
