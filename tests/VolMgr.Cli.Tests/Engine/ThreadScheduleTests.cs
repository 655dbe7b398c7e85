using System.Globalization;
using VolMgr.Cli.Engine;

namespace VolMgr.Cli.Tests.Engine;

/// <summary>Threads that copy, and the runtime's compiler beside them, stand back behind those that answer.</summary>
public sealed class ThreadScheduleTests
{
    private const int NicenessField = 16; // after the name: field 19 of proc_pid_stat(5)

    [Fact]
    public void A_thread_that_stands_back_is_nice_and_others_are_not()
    {
        int before = Niceness("/proc/thread-self/stat");
        int seen = 0;
        OnThread("copier", () =>
        {
            ThreadSchedule.StandBack(9);
            seen = Niceness("/proc/thread-self/stat");
        });

        Assert.Equal(9, seen);
        Assert.Equal(before, Niceness("/proc/thread-self/stat"));
    }

    [Fact]
    public void The_compiler_is_found_by_its_name_and_stands_back_while_it_works()
    {
        int seen = 0;
        using var isAlive = new ManualResetEventSlim();
        using var isDone = new ManualResetEventSlim();
        string stat = "";
        Thread compiler = new(() =>
        {
            stat = $"{LinkOf("/proc/thread-self")}/stat";
            isAlive.Set();
            isDone.Wait(TestContext.Current.CancellationToken);
        })
        { Name = ".NET Tiered Compilation Worker" };
        compiler.Start();
        isAlive.Wait(TestContext.Current.CancellationToken);

        for (int tries = 0; tries < 100 && seen != 8; tries++)
        {
            RuntimeThreads.StandBack(8);
            Thread.Sleep(20); // it looks at most every 10 ms
            seen = Niceness(stat);
        }

        isDone.Set();
        compiler.Join();
        Assert.Equal(8, seen);
    }

    private static void OnThread(string name, ThreadStart work)
    {
        Thread thread = new(work) { Name = name };
        thread.Start();
        thread.Join();
    }

    private static string LinkOf(string path) => "/proc/" + new FileInfo(path).LinkTarget;

    private static int Niceness(string path)
    {
        string stat = File.ReadAllText(path);
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return int.Parse(fields[NicenessField], CultureInfo.InvariantCulture);
    }
}
