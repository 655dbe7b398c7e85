using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Tasks;

namespace VolMgr.Volumes.Groups;

/// <summary>A volume that was just started and what it needs.</summary>
internal sealed record StartedVolume(
    RecordId Id,
    VolumeDevice Device,
    RecoveryNeed Need,
    IReadOnlyList<RecordId> Resumed,
    IReadOnlyList<ByteRange>? Dirty);

/// <summary>Recovery.</summary>
internal sealed class VolumeRecoveries(GroupCore core)
{
    public void RecoverStarted(IReadOnlyList<StartedVolume> volumes, string operation) =>
        core.Log($"{operation} {volumes.Count}");

    public Task StopAsync(RecordId volume) => Task.FromResult(core.Current.Volumes.GetValueOrDefault(volume));

    public Task<Outcome<VolumeTask>> ResyncAsync(string volume, CopyOptions options) =>
        Task.FromResult<Outcome<VolumeTask>>(new Refusal(ErrorCode.Unsupported, $"{core.Current.Group.Name}: resync {volume} {options.Tag}"));

    public Task<Outcome<VolumeTask?>> RecoverAsync(RecoverRequest request) =>
        Task.FromResult<Outcome<VolumeTask?>>(new Refusal(ErrorCode.Unsupported, $"{core.Current.Group.Name}: recover {request.Volumes.Count}"));

    public Task<Outcome<VerifyResult>> VerifyAsync(string volume, IProgress<long>? progress, CancellationToken token) =>
        Task.FromResult<Outcome<VerifyResult>>(new Refusal(ErrorCode.Unsupported, $"{core.Current.Group.Name}: verify {volume} {progress} {token.CanBeCanceled}"));
}
