using System.Collections.Immutable;
using VolMgr.Arrays;

namespace VolMgr.Volumes.Hosts;

/// <summary>
/// The devices that were taken offline (vxdisk offline), by the identity of their LUN, so that neither a scan nor a
/// boot nor another name brings them back.
/// </summary>
internal sealed class OfflineDevices
{
    private const string Path = "etc/vx/offline";

    private readonly IHostFiles files;
    private readonly Lock guard = new();
    private ImmutableSortedSet<string> identities;

    /// <summary>Reads the host's file: on a thread that may sleep.</summary>
    public OfflineDevices(IHostFiles files)
    {
        this.files = files;
        identities = (files.Read(Path) ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .ToImmutableSortedSet(StringComparer.Ordinal);
    }

    /// <summary>Whether the LUN of that identity is to be left alone.</summary>
    public bool Has(string udid)
    {
        lock (guard)
        {
            return identities.Contains(udid);
        }
    }

    /// <summary>Takes a LUN off or back, first in the file; a refusal changes nothing. It may sleep.</summary>
    public Outcome Set(string udid, bool isOffline)
    {
        lock (guard)
        {
            ImmutableSortedSet<string> next = isOffline ? identities.Add(udid) : identities.Remove(udid);
            if (ReferenceEquals(next, identities))
            {
                return Outcome.Done;
            }
            try
            {
                files.Write(Path, string.Concat(next.Select(each => each + "\n")));
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                return new Refusal(ErrorCode.System, $"{Path}: Cannot be written: {exception.Message}");
            }
            identities = next;
            return Outcome.Done;
        }
    }
}
