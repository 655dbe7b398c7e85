using System.Text;
using VolMgr.Arrays.Discovery;
using VolMgr.Arrays.Libraries;
using VolMgr.Arrays.Scsi;
using VolMgr.Blocks;

namespace VolMgr.Fuzz.Targets;

/// <summary>What devices answer: INQUIRY with its pages as the libraries see them, and other data.</summary>
internal static class ScsiTargets
{
    private static readonly string[] Vendors =
        ["EMC", "DGC", "HITACHI", "PURE", "NETAPP", "IBM", "3PARdata", "HP", "VMware", "SEAGATE", ""];

    private static readonly string[] Products =
        ["SYMMETRIX", "VRAID", "OPEN-V", "DF600F", "FlashArray", "LUN C-Mode", "2107900", "2145", "VV", "Virtual disk"];

    public static IReadOnlyList<IFuzzTarget> All { get; } =
    [
        new BytesTarget(
            "inquiry", "INQUIRY data and VPD pages, as all array support libraries see them", Inquiry, Claim),
        new BytesTarget("scsi", "READ CAPACITY, REPORT LUNS and block limits", Data, ReadData),
    ];

    /// <summary>Standard data, then pages: code, length (2), content. Each is asked for by its code.</summary>
    private static void Claim(ReadOnlySpan<byte> input)
    {
        byte[] all = input.ToArray();
        Dictionary<byte, ReadOnlyMemory<byte>> pages = [];
        for (int at = StandardInquiry.Size; at + 4 <= all.Length;)
        {
            int length = Math.Min(all.Length - at, 4 + (all[at + 2] << 8) + all[at + 3]);
            pages[all[at + 1]] = all.AsMemory(at, length);
            at += length;
        }

        InquiryReplies replies = new(
            all.AsMemory(0, Math.Min(all.Length, StandardInquiry.Size)),
            page => pages.TryGetValue(page, out ReadOnlyMemory<byte> bytes) ? bytes : null);
        foreach (IArraySupportLibrary library in ArraySupportLibraries.All)
        {
            Check(library.Claim(replies), replies);
        }

        Check(ArraySupportLibraries.Unclaimed(replies), replies);
        foreach (ReadOnlyMemory<byte> page in pages.Values)
        {
            _ = ProvisioningPage.IsThin(page.Span);
            _ = BlockLimitsPage.TryRead(page.Span, out _);
        }
    }

    /// <summary>What a library says must be fit for files of names: its identity has no blanks.</summary>
    private static void Check(ArrayClaim? claim, InquiryReplies replies)
    {
        if (claim is not null)
        {
            string udid = Udid.Of(replies.Standard, claim, "host1", "sda");
            Invariant.Holds(udid.All(letter => letter > ' ' && letter < 127));
        }
    }

    private static byte[] Inquiry(Random random)
    {
        List<byte> bytes =
        [
            .. new StandardInquiry(
                Vendors[random.Next(Vendors.Length)], Products[random.Next(Products.Length)], "1.0",
                random.Next(2) == 0)
                .ToBytes(),
            .. VitalPage.BuildUnitSerial(Serial(random)),
        ];
        if (random.Next(4) > 0)
        {
            bytes.AddRange(new DeviceIdentificationPage("EMC     SYMMETRIX", "6" + Naa(random), 1, 1).ToBytes());
        }

        if (random.Next(4) > 0)
        {
            bytes.AddRange(new ArrayPage(
                (ArrayAccess)random.Next(7), random.Next(3), Serial(random), Serial(random), "5.1").ToBytes());
        }

        bytes.AddRange(random.Next(2) == 0 ? ProvisioningPage.Build() : new BlockLimitsPage(32).ToBytes());
        return [.. bytes];
    }

    private static string Serial(Random random) =>
        new([.. Enumerable.Range(0, random.Next(16)).Select(_ => "0123456789ABCDEF -_"[random.Next(19)])]);

    private static string Naa(Random random) =>
        new([.. Enumerable.Range(0, 31).Select(_ => "0123456789ABCDEF"[random.Next(16)])]);

    private static void ReadData(ReadOnlySpan<byte> input)
    {
        if (CapacityData.TryRead(input, out CapacityData capacity))
        {
            Invariant.Holds(capacity.Length > 0);
            Invariant.Holds(CapacityData.TryRead(capacity.ToBytes(), out CapacityData again) && again == capacity);
            _ = capacity.ToShortBytes();
        }

        if (ReportLunsData.TryRead(input, out IReadOnlyList<int> numbers))
        {
            Invariant.Holds(ReportLunsData.TryRead(ReportLunsData.Build(numbers), out IReadOnlyList<int> again)
                && again.SequenceEqual(numbers.Distinct().Order()));
        }

        if (BlockLimitsPage.TryRead(input, out BlockLimitsPage limits))
        {
            Invariant.Holds(BlockLimitsPage.TryRead(limits.ToBytes(), out BlockLimitsPage again) && again == limits);
        }

        if (StandardInquiry.TryRead(input, out StandardInquiry? inquiry))
        {
            Invariant.Holds(StandardInquiry.TryRead(inquiry.Value.ToBytes(), out StandardInquiry? again)
                && again == inquiry);
        }

        if (ArrayPage.TryRead(input, out ArrayPage page))
        {
            Invariant.Holds(ArrayPage.TryRead(page.ToBytes(), out ArrayPage again) && again == page);
        }

        _ = DeviceIdentificationPage.TryRead(input, out _);
        _ = ScsiText.Read(input);
        Invariant.Holds(Udid.Encode(Encoding.UTF8.GetString(input)).All(letter => letter > ' ' && letter < 127));
    }

    private static byte[] Data(Random random) => random.Next(4) switch
    {
        0 => new CapacityData(512L * random.NextInt64(1, long.MaxValue / 1024), random.Next(2) == 0).ToBytes(),
        1 => ReportLunsData.Build(Enumerable.Range(0, random.Next(9)).Select(_ => random.Next(16384))),
        2 => new BlockLimitsPage(random.Next()).ToBytes(),
        _ => new ArrayPage(ArrayAccess.Alua, random.Next(9), Serial(random), Serial(random), "1").ToBytes(),
    };
}
