using VolMgr.Blocks;
using VolMgr.Movers.Hypervisors;
using VolMgr.Movers.Moves;

namespace VolMgr.Movers.Comparison;

/// <summary>The hypervisor moves the machine that the guest runs in to the datastore on the new array.</summary>
internal sealed class StorageMotionMover : ComparedMover, IMachineRecords
{
    private readonly StorageMotionMode mode;
    private readonly VirtualMachine machine;

    public StorageMotionMover(ComparedGuest guest, StorageMotionMode mode)
        : base(guest)
    {
        this.mode = mode;
        machine = new VirtualMachine("web1", "esx1", ComparedGuest.Old)
        {
            Files = [new("web1.vmx", 4 << 10), new("vmware.log", 64 << 10), new("web1.vswp", 128 << 10)],
            Disks = [new(guest.Disk.Name, ComparedGuest.Old, ComparedGuest.DiskFile, guest.Options.Size)],
            Memory = guest.Options.Memory,
            MemoryDirtyRate = guest.Options.DirtyRate,
        };
        Recorded = machine;
        foreach (HomeFile file in machine.Files)
        {
            guest.Create(machine.Home, file.Name, file.Length);
        }
    }

    /// <summary>What is durable of the machine.</summary>
    public VirtualMachine Recorded { get; private set; }

    /// <summary>Passes at most, and what may be left; those of the options unless set.</summary>
    public TrackingLimits? Limits { get; init; }

    /// <inheritdoc/>
    public override long Data => Guest.Options.Size;

    /// <inheritdoc/>
    public override long InUseOnOldArray => Recorded.Home == ComparedGuest.Old ? Guest.BytesOn(ComparedGuest.Old) : 0;

    /// <inheritdoc/>
    public override string LeftWords => Recorded.Home == ComparedGuest.New
        ? "Nothing: the old files were deleted, so going back is a whole move of its own."
        : "Everything: the machine runs where it was, and the new files are deleted.";

    /// <inheritdoc/>
    public override Task<MoveReport> MoveAsync(MoveSteps steps)
    {
        var estate = new HypervisorEstate
        {
            Hosts =
            [
                new HypervisorHost(machine.Host, long.MaxValue) { Writable = [ComparedGuest.Old, ComparedGuest.New] },
            ],
            Datastores =
            [
                new(ComparedGuest.Old, ComparedGuest.Old, 1L << 40),
                new(ComparedGuest.New, ComparedGuest.New, 1L << 40),
            ],
            Machines = [machine],
        };
        var disks = new Dictionary<string, GuestDisk> { [Guest.Disk.Name] = Guest.Disk };
        return new StorageMotion(estate, Guest, this, new MotionSlots(), Guest.Engine)
            .RunAsync(new RunningMachine(machine, disks), ComparedGuest.New, new StorageMotionOptions
            {
                Mode = mode,
                Pace = Guest.Pace,
                Limits = Limits ?? new TrackingLimits
                {
                    RegionSize = ComparisonOptions.WriteSize,
                    Threshold = Guest.Options.DiskThreshold,
                },
                Steps = steps,
            });
    }

    /// <inheritdoc/>
    public override Task<long> CountLostAsync()
    {
        MachineDisk disk = Recorded.Disks[0];
        IExtentDevice? medium = Guest.Find(disk.Datastore, disk.File);
        Invariant.Holds(medium is not null);
        return Guest.Application.CountLostAsync(medium);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> RecordAsync(VirtualMachine moved)
    {
        await Guest.Engine.DelayAsync(TimeSpan.FromMilliseconds(1), CancellationToken.None);
        Recorded = moved;
        return true;
    }
}
