namespace VolMgr.Proof.Tests;

public sealed class RandomCaseTests
{
    [Fact]
    public void Scratch()
    {
        int from = int.Parse(Environment.GetEnvironmentVariable("FROM") ?? "1");
        int count = int.Parse(Environment.GetEnvironmentVariable("COUNT") ?? "20");
        for (int seed = from; seed < from + count; seed++)
        {
            ProofCase proofCase = OperationMix.Everything.Make(seed, 60);
            var watch = System.Diagnostics.Stopwatch.StartNew();
            CaseResult result = CaseRunner.Run(proofCase, EngineUnderTest.Real);
            Console.WriteLine($"{seed} {watch.ElapsedMilliseconds} ms {result.Totals} {result.Violation} {(result.Violation is null ? "" : proofCase)}");
        }
    }
}
