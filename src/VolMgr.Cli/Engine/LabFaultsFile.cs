using VolMgr.Arrays;
using VolMgr.Arrays.Faults;
using VolMgr.Cli.Labs;
using VolMgr.Cli.Owner;

namespace VolMgr.Cli.Engine;

/// <summary>
/// The faults at work in a lab, kept in its file `faults`: they outlive the owner, as broken hardware does.
/// </summary>
internal static class LabFaultsFile
{
    /// <summary>The lab's arrays with the faults that were left at work.</summary>
    public static LabArrays Read(LabPaths lab, LabTopology topology)
    {
        var arrays = new LabArrays();
        if (File.Exists(lab.FaultsFile)
            && arrays.Faults.Load(topology, File.ReadAllText(lab.FaultsFile)) is { } problem)
        {
            OwnerLog.Write($"{lab.FaultsFile}: {problem}; no fault is injected");
        }

        return arrays;
    }

    /// <summary>Keeps the faults; no file where there is none.</summary>
    public static void Write(LabPaths lab, LabFaults faults)
    {
        if (faults.Active.Count == 0)
        {
            File.Delete(lab.FaultsFile);
            return;
        }

        File.WriteAllText(lab.FaultsFile, faults.ToText());
    }
}
