using VolMgr.Arrays.Scsi;
using VolMgr.Blocks;

namespace VolMgr.Arrays.Tests;

/// <summary>
/// Registrations and reservations live in the arrays: they outlive hosts and the program that runs them, and those that
/// asked for it outlive a loss of power.
/// </summary>
public sealed class ReservationKeepingTests
{
    /// <summary>
    /// Every change is told before it is answered, and what was told makes new arrays the same ones.
    /// </summary>
    [Fact]
    public void They_outlive_the_program_that_runs_the_lab() => Run(async lab =>
    {
        string kept = "";
        lab.Arrays.OnReservationChange = () => kept = lab.Arrays.ReservationsToText();
        HostDevices one = await lab.BootAsync();
        HostDevices two = await lab.BootAsync("host2");
        DmpNode first = one.FindNode("emc0_01f4")!;
        Assert.Equal(ReservationAnswer.Good, first.Reservations.Register(0, 0xA1));
        Assert.Equal(ReservationAnswer.Good, two.FindNode("emc0_01f4")!.Reservations.Register(0, 0xB2));
        Assert.Equal(
            ReservationAnswer.Good,
            first.Reservations.Reserve(0xA1, ReservationType.WriteExclusiveRegistrantsOnly));
        byte[] keys = first.Reservations.ReadKeys();
        byte[] reservation = first.Reservations.ReadReservation();

        LabArrays fresh = new();
        fresh.LoadReservations(kept);
        Assert.Equal(kept, fresh.ReservationsToText());
        HostDevices again = new(lab.Topology, "host2", lab, lab.Files["host2"], lab.Simulator.Engine, fresh);
        await again.ScanAsync(CancellationToken.None);
        DmpNode seen = again.FindNode("emc0_01f4")!;
        Assert.Equal(keys, seen.Reservations.ReadKeys());
        Assert.Equal(reservation, seen.Reservations.ReadReservation());
        Assert.Equal(kept, fresh.ReservationsToText());

        Assert.Equal(ReservationAnswer.Good, seen.Reservations.Register(0xB2, 0));
        Assert.Equal(IoStatus.ReservationConflict, (await lab.WriteAsync(seen)).Status);
    });

    [Fact]
    public void What_asked_for_it_outlives_a_loss_of_power_also_between_two_lives_of_the_program() => Run(async lab =>
    {
        HostDevices one = await lab.BootAsync();
        one.FindNode("emc0_01f4")!.Reservations.Register(0, 0xA1, persist: true);
        one.FindNode("emc0_01f5")!.Reservations.Register(0, 0xA1);
        LabArrays fresh = new();
        fresh.LoadReservations(lab.Arrays.ReservationsToText());
        HostDevices again = new(lab.Topology, "host1", lab, lab.Files["host1"], lab.Simulator.Engine, fresh);
        await again.ScanAsync(CancellationToken.None);
        Assert.Equal(8 + 16, again.FindNode("emc0_01f5")!.Reservations.ReadKeys().Length);
        fresh.LosePower("emc0");
        Assert.Equal(8 + 16, again.FindNode("emc0_01f4")!.Reservations.ReadKeys().Length);
        Assert.Equal(8, again.FindNode("emc0_01f5")!.Reservations.ReadKeys().Length);
    });

    [Theory]
    [InlineData("reservation emc0/01f4 x volatile 0 -")]
    [InlineData("reservation emc0/01f4 1 perhaps 0 -")]
    [InlineData("reservation emc0/01f4 1 volatile 99 host1/c2/1")]
    [InlineData("key emc0/01f4 host1 a1")]
    [InlineData("key emc0/01f4 host1/c2/1 zz")]
    public void A_line_that_is_none_is_left_out(string line) =>
        Assert.False(new LunReservations().TryLoad(line.Split(' ')));

    private static void Run(Func<SimulatedHosts, Task> program)
    {
        SimulatedHosts lab = new();
        lab.Simulator.Run(() => program(lab));
    }
}
