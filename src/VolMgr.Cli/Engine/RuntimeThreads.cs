using System.Globalization;

namespace VolMgr.Cli.Engine;

/// <summary>
/// Makes the runtime's compiler stand back like a copy. It works in stretches of up to 10 ms, most of all in the first
/// seconds of an owner's first migration, and on two processors a client's request would wait for the end of each. Its
/// thread comes and goes, and inherits nothing; so it is looked for, by name, while copies run. Thread-safe.
/// </summary>
internal static class RuntimeThreads
{
    private const string CompilerName = ".NET Tiered Com"; // the kernel keeps 15 characters
    private const string Folder = "/proc/self/task";
    private const long IntervalMilliseconds = 10;
    private static readonly HashSet<int> settled = [];
    private static readonly Lock gate = new();
    private static long nextLook;

    /// <summary>Looks for it, at most every 10 ms.</summary>
    public static void StandBack(int niceness)
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
            settled.IntersectWith(present);
            foreach (int thread in present.Where(thread => !settled.Contains(thread) && IsCompiler(thread)))
            {
                ThreadSchedule.StandBack(niceness, thread);
                settled.Add(thread);
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

    private static bool IsCompiler(int thread)
    {
        try
        {
            return File.ReadAllText($"{Folder}/{thread}/comm").TrimEnd() == CompilerName;
        }
        catch (IOException)
        {
            return false; // it has ended
        }
    }
}
