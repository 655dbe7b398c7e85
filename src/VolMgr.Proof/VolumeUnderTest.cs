using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.InputOutput;

namespace VolMgr.Proof;

/// <summary>One volume of a lab with its model, its clients, its administrator and who looks at it at rest.</summary>
internal sealed class VolumeUnderTest
{
    /// <summary>Numbers of writes of two volumes never meet.</summary>
    private const long NumbersEach = 1L << 32;

    private readonly SimulatedLab lab;

    /// <summary>The volume of a number, from 0.</summary>
    public VolumeUnderTest(SimulatedLab lab, int number, Saboteur saboteur)
    {
        this.lab = lab;
        Name = lab.Volumes[number];
        Model = new VolumeModel(lab.Shape.LengthKib * 1024L, number * NumbersEach);
        Clients = new Clients(lab, Model, saboteur.Troubles, Name);
        Administrator = new Administrator(lab, Model, saboteur, Clients, Name);
        Oracle = new Oracle(lab, Model, Clients, Name);
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>What it may hold.</summary>
    public VolumeModel Model { get; }

    /// <summary>Who uses it.</summary>
    public Clients Clients { get; }

    /// <summary>Who gives commands on it.</summary>
    public Administrator Administrator { get; }

    /// <summary>Who looks at it at rest.</summary>
    public Oracle Oracle { get; }

    /// <summary>The device, or null while the volume is not started.</summary>
    public VolumeDevice? Device => lab.FindVolume(Name);

    /// <summary>The host is dead.</summary>
    public void Abandon()
    {
        Clients.Abandon();
        Administrator.Abandon();
    }

    /// <summary>The volume was stopped with its group: where it is CLEAN, what was acknowledged is durable.</summary>
    public void Stopped(GroupConfiguration last)
    {
        if (last.FindVolume(Name) is { State: VolumeState.Clean } volume
            && last.VolumesBelow(volume.Id).All(below => last.Volumes[below].State == VolumeState.Clean))
        {
            VolumeModel.Flushed(Model.Acknowledged());
        }
    }

    /// <summary>Reads all of it, if it is started: recovery may be under way.</summary>
    public Task ReadAllAsync() => Device is { } device ? Clients.ReadAllAsync(device) : Task.CompletedTask;
}
