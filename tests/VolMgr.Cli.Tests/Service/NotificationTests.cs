using System.Net.Sockets;
using System.Text;
using VolMgr.Cli.Service;

namespace VolMgr.Cli.Tests.Service;

/// <summary>What systemd is told.</summary>
public sealed class NotificationTests
{
    private const int HangUp = 1;

    [Fact]
    public void The_service_tells_of_its_life()
    {
        using TestProgram program = TestProgram.WithLab();
        string path = Path.Combine(program.Folder, "notify");
        using Socket systemd = Listen(path);
        using ServedLab served = ServedLab.Start(program, ("NOTIFY_SOCKET", path));
        Assert.Equal($"READY=1\nSTATUS=Serving {program.Lab.Root}, 0 volumes", Receive(systemd));
        served.Signal(HangUp);
        Assert.Matches("^RELOADING=1\nMONOTONIC_USEC=[0-9]+\nSTATUS=Rescanning$", Receive(systemd));
        Assert.StartsWith("READY=1\n", Receive(systemd), StringComparison.Ordinal);
        Assert.Equal(0, served.Stop().ExitCode);
        Assert.Equal("STOPPING=1\nSTATUS=Stopping: signal SIGTERM", Receive(systemd));
    }

    [Fact]
    public void A_watchdog_is_fed_by_an_abstract_name()
    {
        string name = $"volmgr-test-{Environment.ProcessId}";
        using Socket systemd = Listen("\0" + name);
        using var notifier = new SystemdNotifier(
            variable => variable switch
            {
                "NOTIFY_SOCKET" => "@" + name,
                "WATCHDOG_USEC" => "3000000",
                "WATCHDOG_PID" => "77",
                _ => null,
            },
            processId: 77);
        Assert.Equal(TimeSpan.FromSeconds(3), notifier.WatchdogPeriod);
        notifier.Alive();
        Assert.Equal("WATCHDOG=1", Receive(systemd));
    }

    [Fact]
    public void A_watchdog_of_another_process_is_left_alone()
    {
        string name = $"volmgr-other-{Environment.ProcessId}";
        using Socket systemd = Listen("\0" + name);
        using var notifier = new SystemdNotifier(
            variable => variable switch
            {
                "NOTIFY_SOCKET" => "@" + name,
                "WATCHDOG_USEC" => "3000000",
                "WATCHDOG_PID" => "78",
                _ => null,
            },
            processId: 77);
        notifier.Alive();
        notifier.Ready("x");
        Assert.StartsWith("READY=1", Receive(systemd), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("@")]
    [InlineData("relative/path")]
    [InlineData("/nowhere/at/all")]
    public void Nobody_listens_and_nothing_happens(string? path)
    {
        using var notifier = new SystemdNotifier(name => name == "NOTIFY_SOCKET" ? path : null, 1);
        notifier.Ready("x");
        notifier.Alive();
        Assert.Null(notifier.WatchdogPeriod);
    }

    private static Socket Listen(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified)
        {
            ReceiveTimeout = 20_000,
        };
        socket.Bind(new UnixDomainSocketEndPoint(path));
        return socket;
    }

    private static string Receive(Socket socket)
    {
        byte[] buffer = new byte[4096];
        return Encoding.UTF8.GetString(buffer, 0, socket.Receive(buffer));
    }
}
