using VolMgr.Arrays.Libraries;
using VolMgr.Arrays.Performance;

namespace VolMgr.Arrays.Topology;

/// <summary>Reads the arrays of a topology and watches over what must be unique among them.</summary>
internal sealed class ArrayReader
{
    private const int MostPorts = 64;
    private const int MostLunNumber = 16383; // flat space addressing, SAM-5

    private readonly ProblemList problems;
    private readonly Dictionary<string, int> names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> serials = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> lunSerials = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> backings = new(StringComparer.Ordinal);

    public ArrayReader(ProblemList problems) => this.problems = problems;

    public ArrayTopology Read(YamlNode node, string path)
    {
        FieldReader fields = new(node, path, problems);
        string name = fields.Text("name", TextRule.ArrayName);
        string kindName = fields.Text("kind", TextRule.Any);
        ArrayKind? kind = ArrayKinds.Find(kindName);
        if (kind is null && kindName.Length > 0)
        {
            fields.Complain("kind",
                $"'{kindName}' is not a kind of array; use one of {string.Join(", ", ArrayKinds.Names)}.");
        }

        List<PoolTopology> pools = Pools(fields);
        ArrayTopology array = new()
        {
            Name = name,
            Kind = kindName,
            Vendor = fields.Text("vendor", TextRule.Vendor),
            Product = fields.Text("product", TextRule.Product),
            Revision = fields.Text("revision", TextRule.Revision),
            Firmware = fields.Optional("firmware", TextRule.Firmware),
            Serial = fields.Text("serial", TextRule.CabinetSerial),
            PortCount = fields.Number("ports", 1, MostPorts, fallback: 2),
            Performance = PerformanceReader.ReadArray(fields, problems),
            Pools = pools,
            Luns = Luns(fields, name, kind, pools),
        };
        fields.Once("name", name, names, "give each array a name of its own");
        fields.Once("serial", array.Serial, serials, "give each array a serial of its own");
        fields.Finish();
        return array;
    }

    private List<PoolTopology> Pools(FieldReader fields)
    {
        const long SmallestUnit = 4096;
        Dictionary<string, int> poolNames = new(StringComparer.Ordinal);
        List<PoolTopology> pools = [];
        foreach ((YamlNode node, string path) in fields.List("pools", isRequired: false))
        {
            FieldReader pool = new(node, path, problems);
            string full = pool.Optional("full", TextRule.Any) ?? "fail";
            PoolTopology read = new()
            {
                Name = pool.Text("name", TextRule.FileName),
                Size = pool.Size("size"),
                Unit = pool.Size("unit"),
                WhenFull = full == "offline" ? PoolFullBehaviour.Offline : PoolFullBehaviour.Fail,
                Performance = PerformanceReader.ReadPart(pool, problems, hasQueue: false),
            };
            if (full is not ("fail" or "offline"))
            {
                pool.Complain("full", "what LUNs do when the pool is full is neither fail nor offline; write one.");
            }

            if (read.Unit < SmallestUnit || !long.IsPow2(read.Unit))
            {
                pool.Complain("unit", "the allocation unit is not a power of two from 4k; write one such as 16k.");
            }

            pool.Once("name", read.Name, poolNames, "give each pool of an array a name of its own");
            pool.Finish();
            pools.Add(read);
        }

        return pools;
    }

    private List<LunTopology> Luns(
        FieldReader fields, string array, ArrayKind? kind, IReadOnlyList<PoolTopology> pools)
    {
        Dictionary<string, int> lunNames = new(StringComparer.Ordinal);
        Dictionary<string, int> numbers = new(StringComparer.Ordinal);
        Dictionary<string, int> volumeIds = new(StringComparer.Ordinal);
        List<LunTopology> luns = [];
        foreach ((YamlNode node, string path) in fields.List("luns"))
        {
            FieldReader lun = new(node, path, problems);
            string name = lun.Text("name", TextRule.FileName);
            LunTopology read = new()
            {
                Name = $"{array}/{name}",
                Number = lun.Number("number", 0, MostLunNumber),
                Size = lun.Size("size"),
                Serial = lun.Text("serial", TextRule.LunSerial),
                ArrayVolumeId = VolumeId(lun, kind),
                Backing = lun.Optional("backing", TextRule.Backing) ?? DefaultBacking(array, name),
                IsThin = lun.Flag("thin"),
                Pool = lun.Optional("pool", TextRule.FileName) ?? "",
                Performance = PerformanceReader.ReadPart(lun, problems, hasQueue: true),
            };
            if (read.Pool.Length > 0 && pools.All(pool => pool.Name != read.Pool))
            {
                lun.Complain("pool", $"there is no pool '{read.Pool}' in the array; write one of its pools.");
            }
            else if (read.Pool.Length > 0 && !read.IsThin
                && luns.Append(read).Where(each => each.Pool == read.Pool && !each.IsThin).Sum(each => each.Size)
                > pools.First(pool => pool.Name == read.Pool).Size)
            {
                lun.Complain("pool", $"pool '{read.Pool}' is too small for its thick LUNs; enlarge it, or write "
                    + "`thin: true`.");
            }

            lun.Once("name", name, lunNames, "give each LUN of an array a name of its own");
            lun.Once("number", read.Number.ToString(), numbers, "give each LUN of an array a number of its own");
            lun.Once("backing", array.Length > 0 && name.Length > 0 ? read.Backing : "", backings,
                "two LUNs cannot have one backing, so give each its own");
            lun.Once("serial", read.Serial, lunSerials, "give each LUN of the lab a serial of its own");
            lun.Once("avid", read.ArrayVolumeId, volumeIds, "give each LUN of an array an avid of its own");
            lun.Finish();
            luns.Add(read);
        }

        return luns;
    }

    public static string DefaultBacking(string array, string lun) => $"arrays/{array}/{lun}.img";

    private static string VolumeId(FieldReader lun, ArrayKind? kind)
    {
        const string None = "'' for a LUN that is numbered by rank";
        string form = kind?.VolumeIds switch
        {
            VolumeIdForm.Hexadecimal => $"four to 16 lower-case hexadecimal digits such as 01f4, or {None}",
            VolumeIdForm.Decimal => $"a decimal number such as 91, or {None}",
            VolumeIdForm.None => $"'', since {kind.Name} devices report none",
            null => $"the array's id of the LUN, or {None}",
        };
        string text = lun.Text("avid", TextRule.LunSerial with { Words = form });
        if (kind is null || text.Length == 0)
        {
            return text;
        }

        if (!string.Equals(ArrayPageClaim.VolumeId(text, kind.VolumeIds), text, StringComparison.Ordinal))
        {
            lun.Complain("avid", $"'{text}' is no volume id of {kind.Name}; use {form}.");
        }

        return text;
    }
}
