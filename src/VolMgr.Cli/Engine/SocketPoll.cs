using System.ComponentModel;
using System.Runtime.InteropServices;

namespace VolMgr.Cli.Engine;

/// <summary>The sockets that one poll asks for, and the descriptor that ends it from outside.</summary>
internal sealed unsafe partial class SocketPoll
{
    private const short Input = 1;
    private const short Room = 4;
    private const int NonBlockingCloseOnExec = 0x80800;

    /// <summary>Entry 0 is the descriptor that wakes.</summary>
    private Entry[] entries = new Entry[8];
    private LoopedSocket[] sockets = new LoopedSocket[8];
    private int count;

    public SocketPoll()
    {
        int descriptor = EventDescriptor(0, NonBlockingCloseOnExec);
        if (descriptor < 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }

        entries[0] = new Entry { Descriptor = descriptor, Events = Input };
    }

    public void Clear() => count = 1;

    /// <summary>Adds a socket if anyone waits for it.</summary>
    public void Add(LoopedSocket socket)
    {
        int events = (socket.WaitsForInput ? Input : 0) | (socket.WaitsForRoom ? Room : 0);
        if (events == 0)
        {
            return;
        }

        if (count == entries.Length)
        {
            Array.Resize(ref entries, count * 2);
            Array.Resize(ref sockets, count * 2);
        }

        entries[count] = new Entry { Descriptor = socket.Descriptor, Events = (short)events };
        sockets[count] = socket;
        count++;
    }

    /// <summary>How many are ready now.</summary>
    public int Look() => Ask(0);

    /// <summary>Waits until one is ready, or <see cref="Wake"/> was called.</summary>
    public int Sleep() => Ask(-1);

    /// <summary>Ends a sleep, now or when it begins. Thread-safe.</summary>
    public void Wake()
    {
        long one = 1;
        _ = Write(entries[0].Descriptor, &one, sizeof(long));
    }

    /// <summary>Lets those go on who waited for what is ready.</summary>
    public void CompleteReady()
    {
        if (entries[0].Ready != 0)
        {
            long times;
            _ = Read(entries[0].Descriptor, &times, sizeof(long));
        }

        for (int index = 1; index < count; index++)
        {
            // An error or an end is for whoever waits: the next call on the socket tells.
            int ready = entries[index].Ready;
            bool isBroken = (ready & ~(Input | Room)) != 0;
            sockets[index].Complete(isBroken || (ready & Input) != 0, isBroken || (ready & Room) != 0);
        }
    }

    private int Ask(int milliseconds)
    {
        fixed (Entry* first = entries)
        {
            return Poll(first, (nuint)count, milliseconds);
        }
    }

    [LibraryImport("libc", EntryPoint = "poll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Poll(Entry* entries, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int EventDescriptor(uint value, int flags);

    [LibraryImport("libc", EntryPoint = "write")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Write(int descriptor, void* data, nuint length);

    [LibraryImport("libc", EntryPoint = "read")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Read(int descriptor, void* data, nuint length);

    [StructLayout(LayoutKind.Sequential)]
    private struct Entry
    {
        public int Descriptor;
        public short Events;
        public short Ready;
    }
}
