using System.Text;
using VolMgr.Volumes.Configuration;

namespace VolMgr.Volumes.Tests.Configuration;

/// <summary>Configurations of records that need not make sense together, but whose every value can be
/// written.</summary>
internal static class RandomConfiguration
{
    public static GroupConfiguration Of(Random random)
    {
        var configuration = new GroupConfiguration
        {
            Group = new DiskGroupRecord
            {
                Name = Name(random),
                GroupId = Name(random),
                Version = random.Next(1000),
                IsCds = Coin(random),
                BaseMinor = random.Next(),
                NextRecordId = 1 + random.NextInt64(1L << 60),
            },
        };
        int count = random.Next(12);
        for (int index = 0; index < count; index++)
        {
            configuration = configuration.With(Record(random, new RecordId((index * 7) + 1 + random.Next(7))));
        }

        return configuration;
    }

    private static ObjectRecord Record(Random random, RecordId id) => (id.Value % 4) switch
    {
        0 => new DiskRecord
        {
            Id = id,
            Name = Name(random),
            Comment = Text(random),
            TUtil0 = Text(random),
            PUtil0 = Text(random),
            DiskId = Name(random),
            LastDeviceName = Name(random),
            PublicLength = Bytes(random),
            PrivateLength = Bytes(random),
            IsRemoved = Coin(random),
            IsFailing = Coin(random),
            IsReserved = Coin(random),
            IsSpare = Coin(random),
            IsNoHotUse = Coin(random),
        },
        1 => new SubdiskRecord
        {
            Id = id,
            Name = Name(random),
            Comment = Text(random),
            TUtil0 = Text(random),
            PUtil0 = Text(random),
            DiskId = Reference(random) ?? id,
            DiskOffset = Bytes(random),
            Length = Bytes(random),
            PlexId = Reference(random),
            Column = random.Next(100),
            PlexOffset = Bytes(random),
        },
        2 => new PlexRecord
        {
            Id = id,
            Name = Name(random),
            Comment = Text(random),
            TUtil0 = Text(random),
            PUtil0 = Text(random),
            VolumeId = Reference(random),
            Layout = Member<PlexLayout>(random),
            ColumnCount = random.Next(64),
            StripeUnit = Bytes(random),
            State = Member<PlexState>(random),
            KernelState = Member<PlexKernelState>(random),
            Mode = Member<PlexMode>(random),
            IsLog = Coin(random),
        },
        _ => new VolumeRecord
        {
            Id = id,
            Name = Name(random),
            Comment = Text(random),
            TUtil0 = Text(random),
            PUtil0 = Text(random),
            Length = Bytes(random),
            UseType = Name(random),
            State = Member<VolumeState>(random),
            KernelState = Member<VolumeKernelState>(random),
            ReadPolicy = Member<ReadPolicy>(random),
            PreferredPlexId = Reference(random),
            IsDirty = Coin(random),
            Minor = random.Next(),
            User = Name(random),
            Group = Name(random),
            Mode = "0640",
        },
    };

    private static bool Coin(Random random) => random.Next(2) == 0;

    private static long Bytes(Random random) => random.NextInt64(1L << random.Next(1, 50)) * 512;

    private static RecordId? Reference(Random random) =>
        Coin(random) ? null : new RecordId(1 + random.NextInt64(1L << 40));

    private static T Member<T>(Random random)
        where T : struct, Enum
    {
        T[] all = Enum.GetValues<T>();
        return all[random.Next(all.Length)];
    }

    private static string Name(Random random)
    {
        const string legal = "abcXYZ019_-.:";
        return new string([.. Enumerable.Range(0, 1 + random.Next(31)).Select(_ => legal[random.Next(legal.Length)])]);
    }

    /// <summary>One line of any characters: quotes, equals signs, spaces at both ends, beyond the basic
    /// plane.</summary>
    private static string Text(Random random)
    {
        string[] pieces = ["\"", "=", " ", "  ", "#", "vol x", "état", "日本", "\U0001F4BE", "\\n", "'", "0.1"];
        var text = new StringBuilder();
        for (int count = random.Next(5); count > 0; count--)
        {
            text.Append(pieces[random.Next(pieces.Length)]);
        }

        return text.ToString();
    }
}
