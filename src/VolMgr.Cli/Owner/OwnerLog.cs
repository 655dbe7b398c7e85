using System.Globalization;
using VolMgr.Cli.Labs;

namespace VolMgr.Cli.Owner;

/// <summary>Lines about the owner's life on its standard error, which is run/owner.log once it is detached.</summary>
internal static class OwnerLog
{
    private const long RotateAboveBytes = 1 << 20;
    private const int TailBytes = 2048;

    private static volatile bool isAttached;

    /// <summary>Writes one line with the time before it; nothing in a process that is not an owner.</summary>
    public static void Write(string text)
    {
        if (!isAttached)
        {
            return;
        }

        string time = DateTimeOffset.Now.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);
        Native.WriteAll(2, System.Text.Encoding.UTF8.GetBytes($"{time} {text}\n"));
    }

    /// <summary>Sends standard error to the lab's log, keeping the one before it when it has grown large.</summary>
    public static void Attach(LabPaths lab)
    {
        if (File.Exists(lab.OwnerLog) && new FileInfo(lab.OwnerLog).Length > RotateAboveBytes)
        {
            File.Move(lab.OwnerLog, lab.OwnerLog + ".1", overwrite: true);
        }

        using FileStream log = new(lab.OwnerLog, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        _ = Native.Duplicate((int)log.SafeFileHandle.DangerousGetHandle(), 2);
        isAttached = true;
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
