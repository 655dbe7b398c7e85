using VolMgr.Volumes.Configuration;

namespace VolMgr.Volumes.Hosts;

/// <summary>
/// What is on its way from one group to another: written to the host before the records leave the one, deleted when the
/// other has them. A crash in between leaves the file, and <c>vxdg recover</c> makes a group of it.
/// </summary>
internal sealed class PendingMoves(VolumeHost host)
{
    private const string Folder = "etc/vx/moving";

    public Task<Outcome> WriteAsync(GroupConfiguration part) => host.Engine.RunBlockingAsync<Outcome>(() =>
    {
        try
        {
            host.Files.Write($"{Folder}/{part.Group.GroupId}", ConfigurationText.Write(part));
            return Outcome.Done;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new Refusal(ErrorCode.System, $"{Folder}: Cannot be written: {exception.Message}");
        }
    });

    public Task<bool> DeleteAsync(GroupConfiguration part) => host.Engine.RunBlockingAsync(() =>
    {
        try
        {
            host.Files.Delete($"{Folder}/{part.Group.GroupId}");
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            host.Log.Write($"VxVM vxdg WARNING {Folder}/{part.Group.GroupId} cannot be deleted: {exception.Message}");
            return false;
        }
    });

    /// <summary>What a crash left on the way.</summary>
    public Task<IReadOnlyList<GroupConfiguration>> ListAsync() =>
        host.Engine.RunBlockingAsync<IReadOnlyList<GroupConfiguration>>(() =>
            [.. host.Files.List(Folder).Select(name => host.Files.Read($"{Folder}/{name}"))
                .Select(text => ConfigurationText.Read(text ?? "").Configuration).OfType<GroupConfiguration>()]);
}
