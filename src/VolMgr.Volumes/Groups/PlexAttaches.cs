using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Layout;
using VolMgr.Volumes.Tasks;

namespace VolMgr.Volumes.Groups;

/// <summary>Copies onto attaching plexes.</summary>
internal sealed class PlexAttaches(GroupCore core)
{
    public bool IsRunning(RecordId volume) => core.Current.DataPlexesOf(volume).Any(plex => plex.TUtil0.Length > 0);

    public Task<Outcome<VolumeTask>> AddMirrorAsync(MirrorRequest request, CopyOptions options) =>
        Task.FromResult<Outcome<VolumeTask>>(new Refusal(ErrorCode.Unsupported, $"{core.Current.Group.Name}: mirror {request.Volume} {options.Tag}"));

    public Task<Outcome<VolumeTask?>> AttachAsync(string volume, string plex, CopyOptions options) =>
        Task.FromResult<Outcome<VolumeTask?>>(new Refusal(ErrorCode.Unsupported, $"{core.Current.Group.Name}: att {volume} {plex} {options.Tag}"));

    public Task AbortAsync(RecordId volume) => Task.FromResult(core.Current.Volumes.GetValueOrDefault(volume));

    public Task SuspendAllAsync() => Task.FromResult(core.Current);
}
