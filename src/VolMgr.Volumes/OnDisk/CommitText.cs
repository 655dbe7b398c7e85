using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using VolMgr.Volumes.Configuration;

namespace VolMgr.Volumes.OnDisk;

/// <summary>
/// The text of a commit: a stanza <c>commit GENERATION.ATTEMPT</c> with the holders and, in a checkpoint, the lineage;
/// then
/// the records in description form, all of them in a checkpoint and the changed ones in a delta; then, in a delta, a
/// line
/// <c>gone ID</c> for each removed record. UTF-8.
/// </summary>
internal static class CommitText
{
    private const long MaximumDropped = 1L << 40;

    private static readonly UTF8Encoding Encoding = new(encoderShouldEmitUTF8Identifier: false);

    public static byte[] WriteCheckpoint(CopyImage image)
    {
        var writer = new StanzaWriter();
        WriteCommit(writer, image);
        writer.Number("dropped", image.Lineage.Dropped);
        foreach (LineageBranch branch in image.Lineage.Branches)
        {
            writer.Plain("branch", $"{branch.FirstGeneration} {branch.Id:D}");
        }

        return Encoding.GetBytes(writer.ToString() + ConfigurationText.Write(image.Configuration));
    }

    public static byte[] WriteDelta(CopyImage image, ConfigurationDelta delta)
    {
        var writer = new StanzaWriter();
        WriteCommit(writer, image);
        if (delta.Group is not null)
        {
            RecordText.WriteGroup(writer, delta.Group);
        }

        foreach (ObjectRecord record in delta.Changed)
        {
            ConfigurationText.WriteRecord(writer, image.Configuration, record);
        }

        foreach (RecordId id in delta.Removed)
        {
            writer.Begin("gone", id.ToString());
        }

        return Encoding.GetBytes(writer.ToString());
    }

    /// <summary>Reads a checkpoint; null when it is not what <see cref="WriteCheckpoint"/> writes.</summary>
    public static CopyImage? ReadCheckpoint(ReadOnlySpan<byte> text)
    {
        if (ReadStanzas(text) is not { Count: > 0 } stanzas || ReadCommit(stanzas[0]) is not Commit commit ||
            commit.Branches.Length == 0)
        {
            return null;
        }

        bool isGrowing = commit.Branches.Zip(commit.Branches.Skip(1))
            .All(pair => pair.First.FirstGeneration < pair.Second.FirstGeneration);
        if (!isGrowing || commit.Branches[^1].FirstGeneration > commit.Generation || commit.Dropped > MaximumDropped)
        {
            return null;
        }

        TextReading reading = ConfigurationText.Read([.. stanzas.Skip(1)], []);
        if (reading.Configuration is null || reading.Unknown.Count > 0)
        {
            return null;
        }

        return new CopyImage
        {
            Generation = commit.Generation,
            Attempt = commit.Attempt,
            Holders = commit.Holders,
            Lineage = new Lineage(commit.Dropped, commit.Branches),
            Configuration = reading.Configuration,
        };
    }

    /// <summary>Applies a delta to the generation before it; null when it is not what <see cref="WriteDelta"/>
    /// writes.</summary>
    public static CopyImage? ReadDelta(ReadOnlySpan<byte> text, CopyImage before)
    {
        if (ReadStanzas(text) is not { Count: > 0 } stanzas || ReadCommit(stanzas[0]) is not Commit commit)
        {
            return null;
        }

        var problems = new List<TextProblem>();
        var unknown = new List<TextProblem>();
        var changed = new List<ObjectRecord>();
        var removed = new List<RecordId>();
        DiskGroupRecord? group = null;
        foreach (Stanza stanza in stanzas.Skip(1))
        {
            if (stanza.Type == "gone")
            {
                if (!TryReadId(stanza.Name, out RecordId id))
                {
                    return null;
                }

                removed.Add(id);
            }
            else if (stanza.Type == "dg")
            {
                group = ConfigurationText.ReadGroup(stanza, problems, unknown);
            }
            else if (ConfigurationText.ReadRecord(stanza, problems, unknown) is ObjectRecord record)
            {
                changed.Add(record);
            }
        }

        var delta = new ConfigurationDelta { Group = group, Changed = changed, Removed = removed };
        return problems.Count + unknown.Count > 0 ? null : before with
        {
            Generation = commit.Generation,
            Attempt = commit.Attempt,
            Holders = commit.Holders,
            Configuration = delta.ApplyTo(before.Configuration),
        };
    }

    private static void WriteCommit(StanzaWriter writer, CopyImage image)
    {
        writer.Begin("commit", $"{image.Generation}.{image.Attempt}");
        foreach (string holder in image.Holders)
        {
            writer.Plain("holder", holder);
        }
    }

    private static IReadOnlyList<Stanza>? ReadStanzas(ReadOnlySpan<byte> text)
    {
        if (!System.Text.Unicode.Utf8.IsValid(text))
        {
            return null;
        }

        StanzaReading reading = StanzaReading.Of(Encoding.GetString(text));
        return reading.Problems.Count == 0 ? reading.Stanzas : null;
    }

    private static Commit? ReadCommit(Stanza stanza)
    {
        string[] numbers = stanza.Name.Split('.');
        if (stanza.Type != "commit" || numbers.Length != 2 || !TryReadNumber(numbers[0], out long generation) ||
            !TryReadNumber(numbers[1], out long attempt) || attempt > int.MaxValue)
        {
            return null;
        }

        long dropped = 0;
        ImmutableArray<string>.Builder holders = ImmutableArray.CreateBuilder<string>();
        ImmutableArray<LineageBranch>.Builder branches = ImmutableArray.CreateBuilder<LineageBranch>();
        foreach (StanzaAttribute attribute in stanza.Attributes)
        {
            bool isGood = attribute.Key switch
            {
                "holder" => TryAdd(holders, attribute.Value),
                "branch" => TryReadBranch(attribute.Value, branches),
                "dropped" => TryReadNumber(attribute.Value, out dropped),
                _ => false,
            };
            if (!isGood)
            {
                return null;
            }
        }

        return new Commit(generation, (int)attempt, holders.ToImmutable(), dropped, branches.ToImmutable());
    }

    private static bool TryAdd(ImmutableArray<string>.Builder holders, string holder)
    {
        holders.Add(holder);
        return holder.Length > 0;
    }

    private static bool TryReadBranch(string text, ImmutableArray<LineageBranch>.Builder branches)
    {
        string[] parts = text.Split(' ');
        if (parts.Length != 2 || !TryReadNumber(parts[0], out long first) ||
            !Guid.TryParseExact(parts[1], "D", out Guid id))
        {
            return false;
        }

        branches.Add(new LineageBranch(first, id));
        return true;
    }

    private static bool TryReadNumber(string text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static bool TryReadId(string text, out RecordId id)
    {
        bool isId = text.StartsWith("0.", StringComparison.Ordinal) & TryReadNumber(text[Math.Min(2, text.Length)..],
            out long number);
        id = new RecordId(number);
        return isId;
    }

    private sealed record Commit(
        long Generation,
        int Attempt,
        ImmutableArray<string> Holders,
        long Dropped,
        ImmutableArray<LineageBranch> Branches);
}
