using System.Globalization;
using System.Runtime.InteropServices;
using VolMgr.Cli.Engine;

namespace VolMgr.Cli.Tests.Engine;

/// <summary>Threads that copy, and the runtime's compiler beside them, stand back behind those that answer.</summary>
public sealed partial class ThreadScheduleTests
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
    public void The_compiler_is_found_by_its_name_and_stands_back_while_it_works() =>
        Assert.Equal(8, Arranged(
            ".NET Tiered Compilation Worker", thread => Niceness($"/proc/self/task/{thread}/stat"), 8));

    // Linux 6.12 and later say what the slice is, and keep it; earlier ones say 0.
    [Fact]
    public void Workers_of_the_pool_get_the_short_slice_of_those_who_answer()
    {
        long expected = Environment.OSVersion.Version >= new Version(6, 12) ? 100_000 : 0;
        Assert.Equal(expected, Arranged(".NET TP Worker", SliceOf, expected));
    }

    /// <summary>What is said of a thread of that name once it is so, or in the end.</summary>
    private static long Arranged(string name, Func<int, long> read, long expected)
    {
        using var isAlive = new ManualResetEventSlim();
        using var isDone = new ManualResetEventSlim();
        int number = 0;
        Thread thread = new(() =>
        {
            string link = new FileInfo("/proc/thread-self").LinkTarget ?? "";
            number = int.Parse(link[(link.LastIndexOf('/') + 1)..], CultureInfo.InvariantCulture);
            isAlive.Set();
            isDone.Wait(TestContext.Current.CancellationToken);
        })
        { Name = name, IsBackground = true };
        thread.Start();
        isAlive.Wait(TestContext.Current.CancellationToken);
        try
        {
            long seen = -1;
            for (int tries = 0; tries < 100 && seen != expected; tries++)
            {
                RuntimeThreads.Arrange(8);
                Thread.Sleep(20); // it looks at most every 10 ms
                seen = read(number);
            }

            return seen;
        }
        finally
        {
            isDone.Set();
            thread.Join();
        }
    }

    private static unsafe long SliceOf(int thread)
    {
        byte* attributes = stackalloc byte[48]; // struct sched_attr: the runtime is at 24
        long number = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 275 : 315;
        Assert.Equal(0, SystemCall(number, thread, attributes, 48, 0));
        return *(long*)(attributes + 24);
    }

    [LibraryImport("libc", EntryPoint = "syscall")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static unsafe partial long SystemCall(long number, int thread, byte* attributes, uint size, uint flags);

    private static void OnThread(string name, ThreadStart work)
    {
        Thread thread = new(work) { Name = name };
        thread.Start();
        thread.Join();
    }

    private static int Niceness(string path)
    {
        string stat = File.ReadAllText(path);
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return int.Parse(fields[NicenessField], CultureInfo.InvariantCulture);
    }
}
