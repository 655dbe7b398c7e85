using VolMgr.Volumes;
using VolMgr.Volumes.Hosts;

namespace VolMgr.Commands;

/// <summary>A small file of the host with one <c>name=value</c> a line, such as <c>etc/default/vxsf</c>.</summary>
internal sealed class HostValues(string path)
{
    /// <summary>The values by name; a name that the file does not have is not in it.</summary>
    public Task<IReadOnlyDictionary<string, string>> ReadAsync(VolumeHost host) =>
        host.Engine.RunBlockingAsync<IReadOnlyDictionary<string, string>>(() => Read(host));

    /// <summary>Sets one value and keeps the others.</summary>
    public Task<Outcome> WriteAsync(VolumeHost host, string name, string value) =>
        host.Engine.RunBlockingAsync<Outcome>(() =>
        {
            try
            {
                SortedDictionary<string, string> values = new(
                    Read(host).ToDictionary(pair => pair.Key, pair => pair.Value), StringComparer.Ordinal)
                {
                    [name] = value,
                };
                host.Files.Write(path, string.Concat(values.Select(pair => $"{pair.Key}={pair.Value}\n")));
                return Outcome.Done;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                return new Refusal(ErrorCode.System, $"{path}: Cannot be written: {exception.Message}");
            }
        });

    private Dictionary<string, string> Read(VolumeHost host) =>
        (host.Files.Read(path) ?? "").Split('\n').Select(line => line.Split('=', 2))
            .Where(parts => parts.Length == 2).DistinctBy(parts => parts[0])
            .ToDictionary(parts => parts[0], parts => parts[1], StringComparer.Ordinal);
}
