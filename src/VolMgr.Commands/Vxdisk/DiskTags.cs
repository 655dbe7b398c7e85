using VolMgr.Volumes;
using VolMgr.Volumes.Hosts;

namespace VolMgr.Commands.Vxdisk;

/// <summary>Tags of disks: kept by the host under the identity of the LUN, whether the disk is in a group or
/// not.</summary>
internal static class DiskTags
{
    private const string File = "etc/vx/disktags";

    /// <summary>All tags: identity, name, value.</summary>
    public static Task<IReadOnlyList<(string Udid, string Name, string Value)>> ReadAsync(VolumeHost host) =>
        host.Engine.RunBlockingAsync<IReadOnlyList<(string, string, string)>>(() =>
            [.. (host.Files.Read(File) ?? "").Split('\n').Select(line => line.Split('\t'))
                .Where(fields => fields.Length == 3).Select(fields => (fields[0], fields[1], fields[2]))]);

    /// <summary>Replaces all tags.</summary>
    public static Task<Outcome> WriteAsync(
        VolumeHost host, IEnumerable<(string Udid, string Name, string Value)> tags) =>
        host.Engine.RunBlockingAsync<Outcome>(() =>
        {
            try
            {
                host.Files.Write(File, string.Concat(tags.OrderBy(tag => (tag.Udid, tag.Name))
                    .Select(tag => $"{tag.Udid}\t{tag.Name}\t{tag.Value}\n")));
                return Outcome.Done;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                return new Refusal(ErrorCode.System, $"{File}: Cannot be written: {exception.Message}");
            }
        });
}
