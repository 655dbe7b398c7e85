using VolMgr.Arrays;
using VolMgr.Arrays.Faults;
using VolMgr.Blocks;
using VolMgr.Cli.Labs;
using VolMgr.Cli.Owner;

namespace VolMgr.Cli.Engine;

/// <summary>
/// What outlives the owner because it is the arrays': the faults at work with what of scenarios is still to come, in
/// the lab's file `faults`, and reservations, in `reservations`. Both are written at each change.
/// </summary>
internal sealed class LabTroubles : IDisposable
{
    private readonly LabPaths lab;
    private readonly Lock writing = new();

    /// <summary>The arrays as they were left; what is overdue of a scenario happens now.</summary>
    /// <param name="lab">Where.</param>
    /// <param name="engine">The clock of the lab.</param>
    /// <param name="topology">The lab as it is.</param>
    /// <param name="crash">Takes a host down at once.</param>
    public LabTroubles(LabPaths lab, EngineServices engine, Func<LabTopology> topology, Action<string> crash)
    {
        this.lab = lab;
        Timetable = new FaultTimetable(Arrays.Faults, engine, topology);
        if (File.Exists(lab.ReservationsFile))
        {
            Arrays.LoadReservations(File.ReadAllText(lab.ReservationsFile));
        }

        Arrays.Faults.OnHostCrash = crash;
        string kept = File.Exists(lab.FaultsFile) ? File.ReadAllText(lab.FaultsFile) : "";
        foreach (string problem in Timetable.BeginKept(kept))
        {
            OwnerLog.Write($"{lab.FaultsFile}: {problem}; the line is left out");
        }

        Arrays.Faults.OnChange = Keep;
        Arrays.OnReservationChange = KeepReservations;
        Timetable.OnStep = Note;
    }

    /// <summary>What the lab's arrays know at run time.</summary>
    public LabArrays Arrays { get; } = new();

    /// <summary>What is still to come.</summary>
    public FaultTimetable Timetable { get; }

    /// <summary>Writes the faults down; no file where there is none.</summary>
    public void Keep()
    {
        string text = Arrays.Faults.ToText() + string.Concat(Timetable.Planned.Select(step => $"{step}\n"));
        Write(lab.FaultsFile, text);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Arrays.Faults.OnChange = null;
        Timetable.Dispose();
    }

    private void KeepReservations() => Write(lab.ReservationsFile, Arrays.ReservationsToText());

    private void Note(FaultStep step, string? refusal)
    {
        OwnerLog.Write(refusal is null ? $"scenario: {step}" : $"scenario: {step}: {refusal}");
        Keep();
    }

    /// <summary>Whole or not at all: whoever writes may be killed.</summary>
    private void Write(string path, string text)
    {
        lock (writing)
        {
            if (text.Length == 0)
            {
                File.Delete(path);
                return;
            }

            File.WriteAllText(path + ".new", text);
            File.Move(path + ".new", path, overwrite: true);
        }
    }
}
