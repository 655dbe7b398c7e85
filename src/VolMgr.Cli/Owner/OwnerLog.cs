using System.Globalization;
using VolMgr.Cli.Labs;

namespace VolMgr.Cli.Owner;

/// <summary>
/// Lines about the owner's life in run/owner.log, where an owner in the background has its standard error too.
/// </summary>
internal static class OwnerLog
{
    private const long RotateAboveBytes = 1 << 20;
    private const int TailBytes = 2048;

    private static FileStream? own; // for the life of the process
    private static Action<string>? beside;
    private static volatile int descriptor = -1;

    /// <summary>Writes one line with the time before it; nothing in a process that is not an owner.</summary>
    public static void Write(string text)
    {
        if (descriptor < 0)
        {
            return;
        }

        string time = DateTimeOffset.Now.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);
        Native.WriteAll(descriptor, System.Text.Encoding.UTF8.GetBytes($"{time} {text}\n"));
        Volatile.Read(ref beside)?.Invoke(text);
    }

    /// <summary>Sends standard error to the lab's log, keeping the one before it when it has grown large.</summary>
    public static void Attach(LabPaths lab)
    {
        using FileStream log = Open(lab);
        _ = Native.Duplicate((int)log.SafeFileHandle.DangerousGetHandle(), 2);
        descriptor = 2;
    }

    /// <summary>Leaves standard error alone: lines go to the lab's log and to <paramref name="also"/>.</summary>
    public static void AttachBeside(LabPaths lab, Action<string> also)
    {
        own = Open(lab);
        descriptor = (int)own.SafeFileHandle.DangerousGetHandle();
        Volatile.Write(ref beside, also);
    }

    private static FileStream Open(LabPaths lab)
    {
        if (File.Exists(lab.OwnerLog) && new FileInfo(lab.OwnerLog).Length > RotateAboveBytes)
        {
            File.Move(lab.OwnerLog, lab.OwnerLog + ".1", overwrite: true);
        }

        return new FileStream(lab.OwnerLog, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
    }

    /// <summary>The log's last lines, for an error message; empty when there is none.</summary>
    public static string Tail(LabPaths lab)
    {
        try
        {
            using FileStream log = new(lab.OwnerLog, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            log.Seek(-Math.Min(TailBytes, log.Length), SeekOrigin.End);
            using var reader = new StreamReader(log);
            return string.Join('\n', reader.ReadToEnd().TrimEnd().Split('\n').TakeLast(8));
        }
        catch (IOException)
        {
            return "";
        }
    }
}
