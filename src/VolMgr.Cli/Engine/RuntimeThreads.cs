using System.Globalization;

namespace VolMgr.Cli.Engine;

/// <summary>
/// Arranges the threads that the runtime starts, which come and go; so they are looked for, by name, while copies run.
/// Thread-safe.
/// </summary>
/// <remarks>
/// The compiler stands back like a copy: it works in stretches of up to 10 ms, and on two processors a client's request
/// would wait for the end of each. The workers of the pool get turns as short as those that answer clients: while a
/// plex becomes readable or goes, clients wait for a dozen steps from one of them to the next, and each would wait for
/// the end of somebody's turn.
/// </remarks>
internal static class RuntimeThreads
{
    private const string CompilerName = ".NET Tiered Com"; // the kernel keeps 15 characters
    private const string WorkerName = ".NET TP Worker";
    private const string Folder = "/proc/self/task";
    private const long IntervalMilliseconds = 10;

    /// <summary>A thread gets its name a moment after it is there.</summary>
    private const int MostLooks = 3;

    private static readonly Dictionary<int, int> looks = [];
    private static readonly Lock gate = new();
    private static long nextLook;

    /// <summary>Looks for them, at most every 10 ms.</summary>
    /// <param name="niceness">How far the compiler stands back.</param>
    public static void Arrange(int niceness)
    {
        long now = Environment.TickCount64;
        if (now < Volatile.Read(ref nextLook) || !gate.TryEnter())
        {
            return;
        }

        try
        {
            nextLook = now + IntervalMilliseconds;
            int[] present = [.. Directory.EnumerateDirectories(Folder).Select(path =>
                int.Parse(path.AsSpan(Folder.Length + 1), CultureInfo.InvariantCulture))];
            foreach (int gone in looks.Keys.Except(present).ToArray())
            {
                looks.Remove(gone);
            }

            foreach (int thread in present.Where(thread => looks.GetValueOrDefault(thread) < MostLooks))
            {
                looks[thread] = ArrangeOne(thread, niceness) ? MostLooks : looks.GetValueOrDefault(thread) + 1;
            }
        }
        catch (IOException)
        {
            // Without /proc nothing is known of threads, and nothing changes.
        }
        finally
        {
            gate.Exit();
        }
    }

    private static bool ArrangeOne(int thread, int niceness)
    {
        switch (NameOf(thread))
        {
            case CompilerName:
                ThreadSchedule.StandBack(niceness, thread);
                return true;
            case WorkerName:
                ThreadSchedule.Answer(thread);
                return true;
            default:
                return false;
        }
    }

    private static string NameOf(int thread)
    {
        try
        {
            return File.ReadAllText($"{Folder}/{thread}/comm").TrimEnd();
        }
        catch (IOException)
        {
            return ""; // it has ended
        }
    }
}
