using System.Text;
using VolMgr.Arrays;
using VolMgr.Cli.Labs;

namespace VolMgr.Cli.Virtual;

/// <summary>
/// Where a virtual-time lab stands between two commands: its clock, and what its LUNs hold, in the file
/// virtual/content. Little-endian, as BinaryWriter writes it:
/// <code>
/// magic, version, commands so far, clock in ticks, then for each LUN that holds anything:
/// true, name, runs, each (first sector, count, kind, tag, first stamp, sequence), pages, each (number, 4096 bytes)
/// false
/// </code>
/// </summary>
/// <param name="Commands">Commands that were run: the seed of the next one.</param>
/// <param name="Clock">Virtual time that has passed.</param>
internal sealed record VirtualContentFile(int Commands, TimeSpan Clock)
{
    private const ulong Magic = 0x564F_4C4D_4752_564C;
    private const int Version = 1;

    /// <summary>Reads it, LUNs included; a lab without the file is a new one.</summary>
    public static VirtualContentFile Read(LabPaths lab, LabTopology topology, VirtualArrays arrays)
    {
        if (!File.Exists(lab.VirtualContent))
        {
            return new VirtualContentFile(0, TimeSpan.Zero);
        }

        try
        {
            using var reader = new BinaryReader(File.OpenRead(lab.VirtualContent), Encoding.UTF8);
            if (reader.ReadUInt64() != Magic || reader.ReadInt32() != Version)
            {
                throw new InvalidDataException("it is not of this program's format");
            }

            var read = new VirtualContentFile(reader.ReadInt32(), TimeSpan.FromTicks(reader.ReadInt64()));
            while (reader.ReadBoolean())
            {
                string name = reader.ReadString();
                LunTopology lun = topology.FindLun(name)
                    ?? throw new InvalidDataException($"it has content of LUN {name}, which lab.yaml has not");
                arrays.Find(lun).Read(reader);
            }

            return read;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException
            or InvalidDataException or Blocks.InvariantViolationException)
        {
            throw UserErrorException.Refused(
                $"cannot read {lab.VirtualContent}: {error.Message}; 'volmgr lab reset' makes the LUNs empty", error);
        }
    }

    /// <summary>The clock of a lab; zero for a new one, and for a lab in real time.</summary>
    public static TimeSpan ReadClock(LabPaths lab)
    {
        if (!File.Exists(lab.VirtualContent))
        {
            return TimeSpan.Zero;
        }

        using var reader = new BinaryReader(File.OpenRead(lab.VirtualContent), Encoding.UTF8);
        return reader.ReadUInt64() == Magic && reader.ReadInt32() == Version && reader.ReadInt32() >= 0
            ? TimeSpan.FromTicks(reader.ReadInt64()) : TimeSpan.Zero;
    }

    /// <summary>Replaces it as a whole.</summary>
    public void Write(LabPaths lab, VirtualArrays arrays)
    {
        string fresh = lab.VirtualContent + ".new";
        try
        {
            using (var writer = new BinaryWriter(File.Create(fresh), Encoding.UTF8))
            {
                writer.Write(Magic);
                writer.Write(Version);
                writer.Write(Commands);
                writer.Write(Clock.Ticks);
                foreach ((string name, VirtualLun lun) in arrays.Luns.Where(lun => lun.Value.RunCount > 0))
                {
                    writer.Write(true);
                    writer.Write(name);
                    lun.Write(writer);
                }

                writer.Write(false);
            }

            File.Move(fresh, lab.VirtualContent, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw UserErrorException.Refused($"cannot write {lab.VirtualContent}: {error.Message}", error);
        }
    }
}
