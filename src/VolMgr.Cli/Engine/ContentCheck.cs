using VolMgr.Blocks;
using VolMgr.Cli.Labs.Import;
using VolMgr.Cli.Rehearse;
using VolMgr.Cli.Verbs;
using VolMgr.Volumes.InputOutput;

namespace VolMgr.Cli.Engine;

/// <summary>Compares a volume, sector by sector, with the content that an import generated for it.</summary>
internal static class ContentCheck
{
    private const int ChunkSize = 4 << 20;

    /// <summary>Prints how many sectors are as generated; fails for the first that is not.</summary>
    public static async Task<int> RunAsync(
        OwnerVerbContext context, VolumeDevice device, (string Group, string Volume) name)
    {
        GeneratedContent content = GeneratedContent.Of(context.Lab) ?? throw UserErrorException.Refused(
            $"lab {context.Lab.Root} has no generated content; it comes with 'volmgr lab import --seed'");
        ulong tag = GeneratedContent.TagOf(content.Seed, name.Group, name.Volume);
        byte[] chunk = new byte[(int)Math.Min(ChunkSize, device.Length)];
        long generated = 0;
        long? first = null;
        using IDisposable opening = device.Open();
        for (long at = 0; at < device.Length; at += chunk.Length)
        {
            context.Interrupted.ThrowIfCancellationRequested();
            Memory<byte> part = chunk.AsMemory(0, (int)Math.Min(chunk.Length, device.Length - at));
            IoStatus status = await device.ReadAsync(at, part, context.Interrupted);
            if (status != IoStatus.Success)
            {
                throw UserErrorException.Refused($"cannot read {name.Volume} at byte {at}: {status}");
            }

            generated += Count(part.Span, tag, at / SectorStamp.Size, ref first);
        }

        long sectors = device.Length / SectorStamp.Size;
        await context.Out.WriteLineAsync(first is { } other
            ? $"{name.Volume}: {generated} of {sectors} sectors are as generated; the first that is not is {other}"
            : $"{name.Volume}: all {sectors} sectors are as generated");
        return first is null ? ExitCodes.Done : ExitCodes.CheckFailed;
    }

    private static long Count(ReadOnlySpan<byte> content, ulong tag, long sector, ref long? first)
    {
        long generated = 0;
        for (int at = 0; at < content.Length;)
        {
            int count = SectorStamp.CountOf(
                content[at..], tag, sector + (at / SectorStamp.Size), GeneratedContent.Sequence);
            generated += count;
            at += count * SectorStamp.Size;
            if (at < content.Length)
            {
                first ??= sector + (at / SectorStamp.Size);
                at += SectorStamp.Size;
            }
        }

        return generated;
    }
}
