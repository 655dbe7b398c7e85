using VolMgr.Volumes;
using VolMgr.Volumes.Hosts;

namespace VolMgr.Commands;

/// <summary>The default disk group of a host (<c>vxdctl defaultdg</c>): a line of its volboot file.</summary>
internal static class DefaultGroup
{
    /// <summary>What stands for no group.</summary>
    public const string None = "nodg";

    private const string File = "etc/vx/volboot";
    private const string Key = "defaultdg ";

    /// <summary>The group's name, or null.</summary>
    public static Task<string?> ReadAsync(VolumeHost host) => host.Engine.RunBlockingAsync(
        () => (host.Files.Read(File) ?? "").Split('\n')
            .FirstOrDefault(line => line.StartsWith(Key, StringComparison.Ordinal))?[Key.Length..]);

    /// <summary>Sets it; null for none.</summary>
    public static Task<Outcome> WriteAsync(VolumeHost host, string? group) =>
        host.Engine.RunBlockingAsync<Outcome>(() =>
        {
            try
            {
                host.Files.Write(
                    File, $"volboot 3.1 0.1 200\nhostid {host.Name}\n{(group is null ? "" : $"{Key}{group}\n")}");
                return Outcome.Done;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                return new Refusal(ErrorCode.System, $"{File}: Cannot be written: {exception.Message}");
            }
        });
}
