using VolMgr.Arrays;
using VolMgr.Cli.Engine;

namespace VolMgr.Cli.Labs;

/// <summary>The lab's lab.yaml, read and checked.</summary>
internal sealed class LabTopologyFile
{
    private readonly string path;

    private LabTopologyFile(string path, LabTopology topology)
    {
        this.path = path;
        Topology = topology;
    }

    /// <summary>What the file said when it was read.</summary>
    public LabTopology Topology { get; }

    /// <summary>Reads a lab's topology; refuses what it cannot understand, with every problem.</summary>
    public static LabTopologyFile Read(LabPaths lab)
    {
        lab.RequireLab();
        return new LabTopologyFile(lab.TopologyFile, Parse(lab.TopologyFile));
    }

    /// <summary>Reads a topology from any file.</summary>
    public static LabTopology Parse(string path)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw UserErrorException.Refused($"cannot read {path}: {error.Message}", error);
        }

        TopologyReading reading = LabTopologyText.Read(text);
        LabTopology topology = reading.Topology ?? throw UserErrorException.Refused(
            $"{path} is no valid lab topology: {string.Join("; ", reading.Problems)}");
        return LunBacking.FindProblems(topology) is { Count: > 0 } problems
            ? throw UserErrorException.Refused($"{path} is no valid lab topology: {string.Join("; ", problems)}")
            : topology;
    }

    /// <summary>Replaces the file as a whole.</summary>
    public void Write(LabTopology topology) => Write(path, topology);

    /// <summary>Writes a topology to a file, as a whole.</summary>
    public static void Write(string path, LabTopology topology)
    {
        try
        {
            DurableText.Replace(path, LabTopologyText.Write(topology));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw UserErrorException.Refused($"cannot write {path}: {error.Message}", error);
        }
    }
}
