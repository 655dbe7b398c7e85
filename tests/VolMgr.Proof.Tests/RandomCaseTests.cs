using FsCheck;
using FsCheck.Fluent;

namespace VolMgr.Proof.Tests;

/// <summary>
/// Random operations on the real engine against the plain model. A failure is shrunk to the shortest list of
/// operations that
/// still fails, and the message says how to run it again.
/// </summary>
public sealed class RandomCaseTests
{
    private static bool IsLong => Environment.GetEnvironmentVariable("VOLMGR_TEST_TIER") == "all";

    // Shapes and seeds are fixed in the default tier, so that a red run is the same run for everyone.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Whatever_happens_to_a_volume_it_holds_what_was_acknowledged(int part)
    {
        Config config = Config.QuickThrowOnFailure
            .WithMaxTest(IsLong ? 5000 : 50)
            .WithStartSize(40)
            .WithEndSize(80)
            .WithReplay(new Replay(new Rnd(7919UL * (ulong)part, 104729UL), null));
        Prop.ForAll(Cases, (Action<ProofCase>)Holds).Check(config);
    }

    /// <summary>Cases that failed once, and the one of VOLMGR_PROOF_CASE.</summary>
    [Theory]
    [MemberData(nameof(KeptCases))]
    public void A_case_that_failed_once_does_not_fail_again(string text) => Holds(ProofCase.Parse(text));

    public static TheoryData<string> KeptCases()
    {
        TheoryData<string> cases =
        [
            // a volume that could not be started because its disk was away grew without clearing the new area
            "133 Stripe-1-log-256-3: Fault 1180 1370, AwaitTasks 0 0, Reboot 0 0, Grow 3554 3527, AwaitTasks 0 0",
            // a copy that is paused with nothing left to copy, when the host shuts down or its disk fails
            "696121 Concat-2-nolog-256-3: Attach 425 460, Attach 3743 1376, Pause 2829 898, Reboot 416 3635",
            "475836 Concat-2-log-256-3: Attach 875 2539, Read 3940 415, Join 4087 881, Pause 2906 268, Fault 2503 3410",
            // a read after a crash had decided a sector, the plex it came from was lost, and the host crashed again
            "559137 Concat-2-log-640-1: Write 101 25, Write 216 3615, Saturate 2865 496, Read 2050 3963, "
                + "Write 3022 923, Read 1643 2930, Write 1011 2706, Write 757 1403, Grow 1504 743, Read 3095 1498, "
                + "Write 947 3606, Crash 2879 2177, Flush 928 1777, Read 201 2990, Read 519 2685, Fault 426 1880, "
                + "Write 279 1363, Read 3337 1559, Read 3414 3234, Crash 1635 524",
            // a copy of a dead host, which went on when its reads timed out, was told as one of the host that is up
            "500032 Stripe-2-log-256-2-priorities-everywhere: Shrink 2501 3352, WriteInside 3497 3767, "
                + "Read 3908 878, Attach 1246 3639, Detach 2102 2954, Write 1685 785, Join 3411 432, "
                + "HostCrash 867 2189, Crash 75 202, Write 3700 1343, LosePaths 748 3605",
            // what a shrink cuts off and a growth brings back is no longer what was read after a crash
            "500063 Concat-2-nolog-640-3-priorities: Write 968 744, Attach 493 1844, WriteInside 595 2134, "
                + "HostCrash 1946 2874, Read 3587 3364, AwaitTasks 2915 696, Shrink 3092 2675, Grow 3667 1910",
            // what a deport with a failed flush left in caches was read, and then went with the power
            "549824 Stripe-1-nolog-640-3: Fault 2758 2069, Write 1199 3786, Deport 2179 3657",
            // a flush that began before the volume grew was held for newer than what was there after it
            "15463830 Concat-1-log-640-3-volumes3: Deport 2706 2029, Grow 1830 1162, Read 1829 1031, Wait 2537 101, "
                + "Write 1816 1765, Write 1554 352, Write 378 2521, Write 1038 3033, Read 3888 1980, Join 660 3981, "
                + "Flush 3916 3134, Write 256 3114, Join 1931 275, Flush 3094 1733",
            // a client of a volume that was not started asked for ever
            "9243 Concat-1-nolog-256-3-volumes3: Repair 916 3926, Attach 747 3766, Fault 254 1018, Grow 100 3380, "
                + "Reboot 1533 4015, Attach 3917 2149, Deport 1850 2066, Saturate 3410 2232",
            // the area that a volume grows into is cleared before the configuration says so
            "6084 Concat-1-log-640-2-priorities-everywhere: Fault 2024 3410, Crash 2064 2202, Shrink 1439 1646, "
                + "Grow 1705 2194",
            // a stopped volume's maps, regions behind the end of one that has shrunk: neither is a mark that goes
            "569 Stripe-2-log-1024-2-depth32-dco-everywhere: ForcedWrite 4024 918, Detach 0 0, Shrink 2119 1518",
            "9 Stripe-2-log-1024-3-depth32-dco-everywhere: Detach 0 0, AwaitTasks 0 0, Write 1710 329, "
                + "Deport 2873 1653",
            // an abort that a shutdown overtook: the copy goes on at the next start
            "6379 Concat-2-log-1024-2-depth32-everywhere: Read 3945 262, WriteInside 2941 424, WriteInside 3305 3375, "
                + "Attach 2473 2174, Flush 319 1834, Write 1578 3727, Join 2013 2147, Abort 3071 1782, "
                + "Reboot 3952 1458",
            // a plex that was durably out, and was taken in again by a copy before the write it had missed was answered
            "981699 Concat-1-log-256-1: Hang 2339 227, Attach 625 3779, Abort 3172 2945, "
                + "Write 2441 1209, Write 2495 1009, Repair 2055 1917, Resume 2434 761, Deport 436 3572, "
                + "Read 2679 2938, Write 2410 3881, LoseArray 1494 2229, Fault 1226 1, Write 2880 65, "
                + "Fault 3934 1964, Flush 2255 1706, Write 1349 2429, Attach 1163 2564, Write 2741 1467, "
                + "Write 571 3064, Write 788 1772, WriteInside 2593 1759, Attach 3793 1274, Wait 3396 656, "
                + "Zero 2932 3059, Read 1491 3516, Repair 1420 1433, Write 2831 1385, Write 789 2655, "
                + "Hang 667 3695, Write 1242 3032, Hang 368 888, Attach 2686 2206, Write 2669 2649, "
                + "Read 2900 1348, Read 2856 3660, Join 2887 3743, Flush 1593 517, Fault 710 550, "
                + "Pause 4016 683, Write 948 621, Read 3690 1076, Reboot 2143 1401, Attach 3018 435, "
                + "Write 2502 2094, Reboot 913 3244, Attach 48 950, Remove 2344 1664, Wait 736 2890, "
                + "Shrink 26 149, Detach 2336 1889, Write 1088 3554, Attach 3866 1593, Write 1538 2558, "
                + "Read 2404 1939, WriteInside 132 2111, Attach 1138 3151, Attach 3556 354, Write 1181 3831, "
                + "Attach 2457 1247, ZeroInside 3485 2393, Write 2297 2583, Write 3863 2777",
            // two requests behind a write failed, all plexes but one already given up, before the write was answered
            "5287984 Stripe-2-nolog-1024-3-depth32-everywhere: Write 2772 3002, Write 3082 452, "
                + "Write 1735 3259, ForcedWrite 3967 2576, Zero 2366 189, Write 918 3819, Write 785 2603, "
                + "Read 14 3310, Read 3360 1933, Attach 210 3137, Write 2125 1907, Flush 716 1725, "
                + "LoseArray 3300 1765, Write 2406 1525, Write 760 3, Write 2670 2357, Write 3694 3847, "
                + "Write 4054 389, ForcedWrite 2218 1621, Write 735 3147, ForcedWrite 3788 2868, "
                + "WriteInside 2615 593, ForcedWrite 2033 497, Read 300 2435, Write 3656 1837, "
                + "Discard 3698 4006, Write 1616 3372, Read 2050 2313, Discard 1746 252, "
                + "ForcedWrite 2406 4003, Discard 2389 637, Read 3296 3393",
            // data that came into a hole after it was planned was copied outside of the pace
            "13819943 Concat-2-nolog-1024-3-depth32-priorities-everywhere: Write 53 2693, "
                + "Discard 3463 2585, Write 765 725, Write 1336 2183, Attach 1416 3208, Read 384 3180, "
                + "WriteInside 1675 3060, Write 1937 848, Write 3489 983, Flush 3519 105, "
                + "WriteInside 2884 2008, Write 3918 1981, Write 1509 3236, Write 1706 1777, "
                + "WriteInside 2090 731, Write 1079 1778, Write 266 2971, WriteInside 514 2367, "
                + "Write 3817 3735, Write 83 2938, ForcedWrite 479 891, ForcedWrite 218 2211, Write 2831 3245, "
                + "Read 3321 1312, Write 604 1218, Write 2234 908, ForcedWrite 3319 1478",
        ];
        if (Environment.GetEnvironmentVariable("VOLMGR_PROOF_CASE") is { Length: > 0 } asked)
        {
            cases.Add(asked);
        }

        return cases;
    }

    [Fact]
    public void The_same_case_runs_the_same_way_every_time()
    {
        ProofCase proofCase = OperationMix.Everything.Make(5, 60);
        Assert.Equal(Trace(proofCase), Trace(proofCase));
    }

    [Fact]
    public void A_case_is_read_back_from_its_text()
    {
        ProofCase proofCase = OperationMix.Everything.Make(3, 10);
        Assert.Equal(proofCase.ToString(), ProofCase.Parse(proofCase.ToString()).ToString());
    }

    [Fact]
    public void Random_cases_do_something()
    {
        RunTotals totals = default;
        for (int seed = 1; seed <= 20; seed++)
        {
            RunTotals one = CaseRunner.Run(OperationMix.Everything.Make(seed, 60), EngineUnderTest.Real).Totals;
            totals = new RunTotals(
                totals.Acknowledged + one.Acknowledged,
                totals.Carried + one.Carried,
                totals.Attached + one.Attached,
                totals.Boots + one.Boots);
        }

        Assert.InRange(totals.Acknowledged, 400, int.MaxValue);
        Assert.InRange(totals.Carried, 100, int.MaxValue);
        Assert.InRange(totals.Attached, 10, int.MaxValue);
        Assert.InRange(totals.Boots, 40, int.MaxValue);
    }

    private static Arbitrary<ProofCase> Cases => Arb.From(
        from seed in Gen.Choose(1, 1 << 20)
        from shape in Gen.Choose(0, (1 << 16) - 1)
        from operations in Gen.Sized(size => Gen.ArrayOf(OneOperation, size))
        select new ProofCase(seed, LabShape.Of(shape), operations),
        CaseShrinker.Candidates);

    private static Gen<Operation> OneOperation =>
        from kind in Gen.Frequency(
            OperationMix.Everything.Weights.Select(weight => (weight.Tickets, Gen.Constant(weight.Kind))))
        from place in Gen.Choose(0, Operation.Range - 1)
        from size in Gen.Choose(0, Operation.Range - 1)
        select new Operation(kind, place, size);

    private static void Holds(ProofCase proofCase)
    {
        bool isTraced = Environment.GetEnvironmentVariable("VOLMGR_PROOF_TRACE") is { Length: > 0 };
        string? violation = CaseRunner.Run(
            proofCase, EngineUnderTest.Real, isTraced ? Console.Error.WriteLine : null).Violation;
        Assert.True(violation is null, $"{violation}\nrun it again: VOLMGR_PROOF_CASE='{proofCase}'");
    }

    private static List<string> Trace(ProofCase proofCase)
    {
        List<string> lines = [];
        CaseRunner.Run(proofCase, EngineUnderTest.Real, lines.Add);
        return lines;
    }
}
