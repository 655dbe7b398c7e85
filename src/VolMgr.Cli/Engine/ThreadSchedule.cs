using System.Runtime.InteropServices;

namespace VolMgr.Cli.Engine;

/// <summary>
/// How the kernel shares the processors between the threads of a server: niceness, and the slice, which is how long a
/// thread may go on before another one gets a turn. A thread that wakes up with a shorter slice than the one that runs
/// takes its place at once, so that a client's request does not wait for a copy (sched(7), sched_setattr(2); the slice
/// since Linux 6.12). Where the kernel does not know it, threads run as they did.
/// </summary>
internal static partial class ThreadSchedule
{
    private const int SystemCallX64 = 314;
    private const int SystemCallArm64 = 274;
    private const int AttributeSize = 48;
    private const long Microsecond = 1000;

    /// <summary>For threads that answer clients: the shortest slice.</summary>
    public static void Answer(int threadId = 0) => Set(threadId, 0, 100 * Microsecond);

    /// <summary>For threads that copy, and whatever else may take its time: the longest slice, and nice.</summary>
    public static void StandBack(int niceness, int threadId = 0) => Set(threadId, niceness, 100_000 * Microsecond);

    private static unsafe void Set(int threadId, int niceness, long slice)
    {
        // struct sched_attr: size, policy (0, the ordinary one), flags, nice, priority, runtime, deadline, period
        byte* attributes = stackalloc byte[AttributeSize];
        new Span<byte>(attributes, AttributeSize).Clear();
        *(uint*)attributes = AttributeSize;
        *(int*)(attributes + 16) = niceness;
        *(ulong*)(attributes + 24) = (ulong)slice;
        long number = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? SystemCallArm64 : SystemCallX64;
        _ = SystemCall(number, threadId, attributes, 0);
    }

    [LibraryImport("libc", EntryPoint = "syscall")]
    private static unsafe partial long SystemCall(long number, int threadId, byte* attributes, uint flags);
}
