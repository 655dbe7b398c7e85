using System.Text;

namespace VolMgr.Arrays;

/// <summary>What the hypervisor knows as lines: `disk NAME FORMAT`, `attach DISK MACHINE HOST FLAG`.</summary>
public sealed partial class VirtualDisks
{
    /// <summary>The words of the formats.</summary>
    public static IReadOnlyList<string> FormatWords { get; } = ["thin", "lazy", "eager"];

    /// <summary>The words of the operations.</summary>
    public static IReadOnlyList<string> OperationWords { get; } =
    [
        "power-on", "power-off", "hot-add", "vmotion", "suspend", "hot-extend", "snapshot", "clone", "storage-vmotion",
        "changed-block-tracking", "flash-read-cache",
    ];

    /// <summary>The format of that word, or null.</summary>
    public static VirtualDiskFormat? FormatOf(string word)
    {
        int index = FormatWords.ToList().IndexOf(word);
        return index < 0 ? null : (VirtualDiskFormat)(index + 1);
    }

    /// <summary>The operation of that word, or null.</summary>
    public static VirtualMachineOperation? OperationOf(string word)
    {
        int index = OperationWords.ToList().IndexOf(word);
        return index < 0 ? null : (VirtualMachineOperation)(index + 1);
    }

    /// <summary>Whether there is a disk of that name.</summary>
    public bool Has(string disk)
    {
        lock (changing)
        {
            return disks.ContainsKey(disk);
        }
    }

    /// <summary>Whether a machine has the disk open with the multi-writer flag.</summary>
    public bool IsShared(string disk)
    {
        lock (changing)
        {
            return attachments.Exists(each => each.Disk == disk && each.IsMultiWriter);
        }
    }

    /// <summary>Whether a machine has the disk open.</summary>
    public bool IsOpen(string disk, string machine)
    {
        lock (changing)
        {
            return attachments.Exists(each => each.Disk == disk && each.Machine == machine);
        }
    }

    /// <summary>Disks, then who has them open.</summary>
    public string ToText()
    {
        StringBuilder text = new();
        lock (changing)
        {
            foreach ((string disk, VirtualDiskFormat format) in disks.OrderBy(
                each => each.Key, StringComparer.Ordinal))
            {
                text.Append("disk ").Append(disk).Append(' ').Append(FormatWords[(int)format - 1]).Append('\n');
            }

            foreach (Attachment each in attachments)
            {
                string flag = each.IsMultiWriter ? "multi-writer" : "-";
                text.Append("attach ").AppendJoin(' ', each.Disk, each.Machine, each.Hypervisor, flag).Append('\n');
            }
        }

        return text.ToString();
    }

    /// <summary>Takes over what <see cref="ToText"/> wrote; a line that is none is left out.</summary>
    public void Load(string text)
    {
        foreach (string[] words in text.Split('\n').Select(line => line.Split(' ')))
        {
            if (words is ["disk", var name, var word] && FormatOf(word) is { } format)
            {
                Create(name, format);
            }
            else if (words is ["attach", var disk, var machine, var hypervisor, var flag])
            {
                lock (changing)
                {
                    attachments.Add(new Attachment(disk, machine, hypervisor, flag == "multi-writer"));
                }
            }
        }
    }
}
