using System.Net.Sockets;
using VolMgr.Blocks;
using VolMgr.Cli.Engine;

namespace VolMgr.Cli.Tests.Engine;

public sealed class SocketLoopTests
{
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Who_waits_for_a_socket_goes_on_on_the_thread_of_its_loop()
    {
        SocketLoop loop = new();
        (Socket near, Socket far) = await PairAsync();
        using ILoopedSocket looped = loop.Add(near.SafeHandle);
        int begun = 0;
        int continued = 0;
        Task waiting = EngineServices.StartAsync(
            async () =>
            {
                begun = Environment.CurrentManagedThreadId;
                await looped.WhenReadableAsync();
                continued = Environment.CurrentManagedThreadId;
            },
            loop);
        await Task.Delay(5, TestContext.Current.CancellationToken);
        Assert.False(waiting.IsCompleted);
        far.Send([1]);
        await waiting.WaitAsync(patience, TestContext.Current.CancellationToken);
        Assert.Equal(begun, continued);
        near.Dispose();
        far.Dispose();
    }

    [Fact]
    public async Task What_others_complete_comes_back_to_the_loop_while_it_sleeps()
    {
        SocketLoop loop = new();
        TaskCompletionSource elsewhere = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskScheduler? after = null;
        Task waiting = EngineServices.StartAsync(
            async () =>
            {
                await elsewhere.Task;
                after = TaskScheduler.Current;
            },
            loop);
        await Task.Delay(20, TestContext.Current.CancellationToken);
        elsewhere.SetResult();
        await waiting.WaitAsync(patience, TestContext.Current.CancellationToken);
        Assert.Same(loop, after);
    }

    [Fact]
    public async Task A_peer_that_ends_wakes_who_waits_for_input_and_for_room()
    {
        SocketLoop loop = new();
        (Socket near, Socket far) = await PairAsync();
        near.Blocking = false;
        using ILoopedSocket looped = loop.Add(near.SafeHandle);
        byte[] much = new byte[1 << 20];
        while (near.Send(much, SocketFlags.None, out SocketError full) > 0 && full == SocketError.Success)
        {
            // until no more fits
        }

        Task waiting = EngineServices.StartAsync(
            async () => await Task.WhenAll(
                looped.WhenReadableAsync().AsTask(), looped.WhenWritableAsync().AsTask()),
            loop);
        await Task.Delay(5, TestContext.Current.CancellationToken);
        Assert.False(waiting.IsCompleted);
        far.Dispose();
        await waiting.WaitAsync(patience, TestContext.Current.CancellationToken);
        near.Dispose();
    }

    [Fact]
    public async Task Sockets_have_threads_of_their_own_until_the_limit_and_share_then()
    {
        SocketLoops loops = new(2);
        List<(Socket Near, Socket Far)> pairs = [];
        HashSet<ISocketLoop> seen = [];
        List<Task> waiting = [];
        for (int index = 0; index < 12; index++)
        {
            pairs.Add(await PairAsync());
            ISocketLoop loop = loops.Choose();
            seen.Add(loop);
            ILoopedSocket looped = loop.Add(pairs[^1].Near.SafeHandle);
            waiting.Add(EngineServices.StartAsync(
                async () =>
                {
                    await looped.WhenReadableAsync();
                    looped.Dispose();
                },
                loop));
        }

        Assert.Equal(2, seen.Count);
        foreach ((_, Socket far) in Enumerable.Reverse(pairs))
        {
            far.Send([1]);
        }

        await Task.WhenAll(waiting).WaitAsync(patience, TestContext.Current.CancellationToken);
        Assert.All(seen, loop => Assert.Equal(0, Assert.IsType<SocketLoop>(loop).Count));
        pairs.ForEach(pair => pair.Near.Dispose());
        pairs.ForEach(pair => pair.Far.Dispose());
    }

    private static async Task<(Socket Near, Socket Far)> PairAsync()
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));
        listener.Listen(1);
        Socket near = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await near.ConnectAsync(listener.LocalEndPoint!);
        return (near, await listener.AcceptAsync());
    }
}
