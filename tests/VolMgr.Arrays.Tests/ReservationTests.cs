using System.Buffers.Binary;
using VolMgr.Arrays.Scsi;
using VolMgr.Blocks;

namespace VolMgr.Arrays.Tests;

/// <summary>SCSI-3 persistent reservations, across paths and hosts.</summary>
public sealed class ReservationTests
{
    private const ulong One = 0x1111;
    private const ulong Two = 0x2222;

    /// <summary>Who may read and write under each type: holder, registered, not registered.</summary>
    [Theory]
    [InlineData(ReservationType.WriteExclusive, "rw", "r-", "r-")]
    [InlineData(ReservationType.ExclusiveAccess, "rw", "--", "--")]
    [InlineData(ReservationType.WriteExclusiveRegistrantsOnly, "rw", "rw", "r-")]
    [InlineData(ReservationType.ExclusiveAccessRegistrantsOnly, "rw", "rw", "--")]
    [InlineData(ReservationType.WriteExclusiveAllRegistrants, "rw", "rw", "r-")]
    [InlineData(ReservationType.ExclusiveAccessAllRegistrants, "rw", "rw", "--")]
    public void A_reservation_admits_what_its_type_says(
        ReservationType type, string holder, string registered, string other)
    {
        LunReservations lun = new();
        Nexus one = new("host1", "c2", 1);
        Nexus two = new("host2", "c2", 1);
        Assert.Equal(ReservationAnswer.Good, lun.Register(one, 0, One, false, false));
        Assert.Equal(ReservationAnswer.Good, lun.Register(two, 0, Two, false, false));
        Assert.Equal(ReservationAnswer.Good, lun.Reserve(one, One, type));

        foreach ((Nexus nexus, string rights) in new[]
        {
            (one, holder), (two, registered), (new Nexus("host3", "c2", 1), other),
        })
        {
            Assert.Equal(
                rights,
                (lun.Admits(nexus, isWrite: false) ? "r" : "-") + (lun.Admits(nexus, isWrite: true) ? "w" : "-"));
        }
    }

    [Fact]
    public void Keys_guard_every_command()
    {
        LunReservations lun = new();
        Nexus one = new("host1", "c2", 1);
        Assert.Equal(ReservationAnswer.Conflict, lun.Register(one, 7, One, false, false));
        Assert.Equal(ReservationAnswer.Conflict, lun.Reserve(one, One, ReservationType.WriteExclusive));
        Assert.Equal(ReservationAnswer.Good, lun.Register(one, 0, One, false, false));
        Assert.Equal(ReservationAnswer.Conflict, lun.Register(one, 7, Two, false, false));
        Assert.Equal(ReservationAnswer.Good, lun.Register(one, 7, Two, ignoresExisting: true, false));
        Assert.Equal(ReservationAnswer.Conflict, lun.Reserve(one, One, ReservationType.WriteExclusive));
        Assert.Equal(ReservationAnswer.Good, lun.Reserve(one, Two, ReservationType.WriteExclusive));
        Assert.Equal(ReservationAnswer.Conflict, lun.Reserve(one, Two, ReservationType.ExclusiveAccess));
        Assert.Equal(ReservationAnswer.Invalid, lun.Release(one, Two, ReservationType.ExclusiveAccess));
        Assert.Equal(ReservationAnswer.Conflict, lun.Clear(one, One));
        Assert.Equal(ReservationAnswer.Invalid, lun.Preempt(one, Two, 0, ReservationType.WriteExclusive, out _));
        Assert.Equal(ReservationAnswer.Conflict, lun.Preempt(one, Two, 9, ReservationType.WriteExclusive, out _));
        Assert.Equal(ReservationAnswer.Good, lun.Register(one, Two, 0, false, false));
        Assert.True(lun.Admits(new Nexus("host2", "c2", 1), isWrite: true));
        Assert.False(lun.IsActive);
    }

    [Fact]
    public void Keys_and_reservation_are_read_as_bytes()
    {
        LunReservations lun = new();
        lun.Register(new Nexus("host2", "c2", 1), 0, Two, false, false);
        lun.Register(new Nexus("host1", "c2", 1), 0, One, false, false);
        lun.Reserve(new Nexus("host1", "c2", 1), One, ReservationType.WriteExclusiveRegistrantsOnly);

        Assert.Equal("0000000200000010" + "0000000000001111" + "0000000000002222", Convert.ToHexString(lun.ReadKeys()));
        Assert.Equal(
            "0000000200000010" + "0000000000001111" + "00000000" + "0005" + "0000",
            Convert.ToHexString(lun.ReadReservation()));
        lun.Clear(new Nexus("host1", "c2", 1), One);
        Assert.Equal("0000000300000000", Convert.ToHexString(lun.ReadReservation()));
    }

    [Fact]
    public void What_was_registered_to_persist_survives_a_loss_of_power()
    {
        foreach (bool persist in new[] { true, false })
        {
            LunReservations lun = new();
            Nexus one = new("host1", "c2", 1);
            lun.Register(one, 0, One, false, persist);
            lun.Reserve(one, One, ReservationType.WriteExclusive);
            lun.LosePower();
            Assert.Equal(!persist, lun.Admits(new Nexus("host2", "c2", 1), isWrite: true));
            Assert.Equal(persist ? 16 : 8, lun.ReadKeys().Length);
        }
    }

    [Fact]
    public void A_reservation_for_all_registrants_ends_with_the_last_of_them()
    {
        LunReservations lun = new();
        Nexus one = new("host1", "c2", 1);
        Nexus two = new("host2", "c2", 1);
        Nexus other = new("host3", "c2", 1);
        lun.Register(one, 0, One, false, false);
        lun.Register(two, 0, Two, false, false);
        lun.Reserve(one, One, ReservationType.WriteExclusiveAllRegistrants);
        lun.Register(one, One, 0, false, false);
        Assert.False(lun.Admits(other, isWrite: true));
        Assert.Equal(
            ReservationAnswer.Good, lun.Preempt(two, Two, 0, ReservationType.WriteExclusive, out _));
        Assert.Equal(0x01, lun.ReadReservation()[21]);
        lun.Register(two, Two, 0, false, false);
        Assert.True(lun.Admits(other, isWrite: true));
    }

    /// <summary>
    /// Two nodes share a disk under the reservation that fencing uses. One ejects the other by preempt and abort: on no
    /// path of the ejected one does a write go through, those of the survivor do, and a path that the survivor gets
    /// later is registered too.
    /// </summary>
    [Fact]
    public void An_ejected_host_cannot_write_on_any_path_and_cannot_eject_others() => Run(async lab =>
    {
        HostDevices first = await lab.BootAsync("host1");
        HostDevices second = await lab.BootAsync("host2");
        DmpNode one = first.FindNode("emc0_01f4")!;
        DmpNode two = second.FindNode("emc0_01f4")!;
        Assert.Equal(ReservationAnswer.Good, one.Reservations.Register(0, One));
        Assert.Equal(ReservationAnswer.Good, two.Reservations.Register(0, Two));
        Assert.Equal(4, (one.Reservations.ReadKeys().Length - 8) / 8);
        Assert.Equal(
            ReservationAnswer.Good, one.Reservations.Reserve(One, ReservationType.WriteExclusiveRegistrantsOnly));
        Assert.Equal(IoStatus.Success, (await lab.WriteAsync(two)).Status);

        Assert.Equal(
            ReservationAnswer.Good,
            await one.Reservations.PreemptAndAbortAsync(One, Two, ReservationType.WriteExclusiveRegistrantsOnly));
        for (int count = 0; count < 4; count++)
        {
            Assert.Equal(IoStatus.ReservationConflict, (await lab.WriteAsync(two)).Status);
            Assert.Equal(IoStatus.Success, (await lab.WriteAsync(one)).Status);
        }

        Assert.Equal(IoStatus.ReservationConflict, await two.Device.FlushAsync(CancellationToken.None));
        Assert.Equal(IoStatus.Success, await two.Device.ReadAsync(0, new byte[512], CancellationToken.None));
        Assert.All(two.Paths, path => Assert.Equal(PathState.Enabled, path.State));
        Assert.Equal(
            ReservationAnswer.Conflict,
            await two.Reservations.PreemptAndAbortAsync(Two, One, ReservationType.WriteExclusiveRegistrantsOnly));
        Assert.Equal(2, BinaryPrimitives.ReadInt32BigEndian(one.Reservations.ReadKeys().AsSpan(4)) / 8);
        await first.DisposeAsync();
        await second.DisposeAsync();
    });

    [Fact]
    public void Preempt_and_abort_waits_for_what_the_ejected_host_has_under_way() => Run(async lab =>
    {
        HostDevices first = await lab.BootAsync("host1");
        HostDevices second = await lab.BootAsync("host2");
        DmpNode one = first.FindNode("emc0_01f4")!;
        DmpNode two = second.FindNode("emc0_01f4")!;
        one.Reservations.Register(0, One);
        two.Reservations.Register(0, Two);
        one.Reservations.Reserve(One, ReservationType.WriteExclusiveRegistrantsOnly);
        lab.Arrays.Faults.Inject(lab.Topology, "lun-slow", "emc0/01f4", "ms=5000");

        Task<(IoStatus Status, TimeSpan Time)> write = lab.WriteAsync(two);
        TimeSpan before = lab.Simulator.Elapsed;
        Assert.Equal(
            ReservationAnswer.Good,
            await one.Reservations.PreemptAndAbortAsync(One, Two, ReservationType.WriteExclusiveRegistrantsOnly));
        Assert.Equal(TimeSpan.FromSeconds(5), lab.Simulator.Elapsed - before);
        Assert.Equal((IoStatus.Success, TimeSpan.FromSeconds(5)), await write);
        await first.DisposeAsync();
        await second.DisposeAsync();
    });

    [Fact]
    public void A_path_that_returns_or_appears_is_registered_before_it_carries_io() => Run(async lab =>
    {
        LabTopology whole = lab.Topology;
        lab.Topology = whole with
        {
            Hosts = [.. whole.Hosts.Select(host => host with { Hbas = [host.Hbas[0]] })],
        };
        HostDevices devices = await lab.BootAsync("host1");
        DmpNode node = devices.FindNode("emc0_01f4")!;
        node.Reservations.Register(0, One);
        node.Reservations.Reserve(One, ReservationType.ExclusiveAccessRegistrantsOnly);

        await devices.ReplaceTopologyAsync(whole);
        await devices.ScanAsync(CancellationToken.None);
        Assert.Equal(2, node.Paths.Count);
        Assert.Equal(2, (node.Reservations.ReadKeys().Length - 8) / 8);
        for (int count = 0; count < 4; count++)
        {
            Assert.Equal(IoStatus.Success, (await lab.WriteAsync(node)).Status);
        }

        await devices.DisposeAsync();
    });

    private static void Run(Func<SimulatedHosts, Task> program)
    {
        SimulatedHosts lab = new();
        lab.Simulator.Run(() => program(lab));
    }
}
