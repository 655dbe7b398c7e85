using VolMgr.Volumes.Configuration;

namespace VolMgr.Volumes.Layout;

/// <content>Tags of volumes (vxassist settag, replacetag, removetag).</content>
public static partial class VolumeOperations
{
    /// <summary>Gives a volume a tag, <c>name</c> or <c>name=value</c>; one with the same name is replaced.</summary>
    public static Outcome<GroupConfiguration> SetTag(GroupConfiguration configuration, string volume, string tag)
    {
        if (configuration.FindVolume(volume) is not { } record)
        {
            return Refusals.VolumeNotFound(configuration, volume);
        }

        string name = TagName(tag);
        bool isClean = !tag.Any(c => c is ',' || char.IsControl(c) || char.IsWhiteSpace(c));
        return name.Length == 0 || tag.Length > 255 || !isClean
            ? new Refusal(ErrorCode.Usage, $"{tag}: A tag is name or name=value without blanks and commas")
            : configuration.With(record with
            {
                Tags =
                [
                    .. record.Tags.Where(other => TagName(other) != name).Append(tag).Order(StringComparer.Ordinal),
                ],
            });
    }

    /// <summary>Takes a tag away by its name.</summary>
    public static Outcome<GroupConfiguration> RemoveTag(GroupConfiguration configuration, string volume, string name)
    {
        if (configuration.FindVolume(volume) is not { } record)
        {
            return Refusals.VolumeNotFound(configuration, volume);
        }

        return record.Tags.Any(tag => TagName(tag) == name)
            ? configuration.With(record with { Tags = [.. record.Tags.Where(tag => TagName(tag) != name)] })
            : new Refusal(ErrorCode.NotFound, $"Volume {volume} has no tag {name}");
    }

    private static string TagName(string tag) => tag.Split('=')[0];
}
