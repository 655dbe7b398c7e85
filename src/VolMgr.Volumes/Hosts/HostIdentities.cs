using System.Globalization;
using VolMgr.Arrays;

namespace VolMgr.Volumes.Hosts;

/// <summary>
/// Identities of disks and groups: unix time, a counter of the host, the host's name (vxvm.md 1.6). The counter is kept
/// in the host's files and is written before an identity is given out, so that none is ever given twice.
/// </summary>
internal sealed class HostIdentities(string host, IHostFiles files, TimeProvider time)
{
    private const string Path = "etc/vx/identity";
    private const int FirstCounter = 8;

    private readonly Lock guard = new();

    /// <summary>A fresh identity, or a refusal when the host's file system does not take the counter.</summary>
    public Outcome<string> Next()
    {
        lock (guard)
        {
            try
            {
                int counter = int.TryParse(
                    files.Read(Path)?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int read)
                    ? read
                    : FirstCounter;
                files.Write(Path, $"{counter + 1}\n");
                return $"{time.GetUtcNow().ToUnixTimeSeconds()}.{counter}.{host}";
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                return new Refusal(ErrorCode.System, $"Host {host}: cannot write {Path}: {exception.Message}");
            }
        }
    }
}
