namespace VolMgr.Blocks;

/// <summary>
/// A sparse array: index to value, cheap to search for the next present index over any gap, without hashing, so that
/// nothing depends on an order nobody chose. Three levels of 1024. Not thread-safe.
/// </summary>
internal sealed class SparseMap<T>
    where T : class
{
    private const int Bits = 10;
    private const int Fan = 1 << Bits;
    private const int Mask = Fan - 1;

    private readonly long _capacity;
    private readonly Middle?[] _top;

    public SparseMap(long capacity)
    {
        _capacity = capacity;
        _top = new Middle?[(int)((capacity + (1L << (2 * Bits)) - 1) >> (2 * Bits))];
    }

    /// <summary>How many values are present.</summary>
    public long Count { get; private set; }

    public T? this[long index]
    {
        get => _top[(int)(index >> (2 * Bits))]?.Leaves[(int)((index >> Bits) & Mask)]?.Values[(int)(index & Mask)];
        set => Set(index, value);
    }

    /// <summary>The first present index at or after <paramref name="index"/>, or the capacity.</summary>
    public long NextPresent(long index)
    {
        while (index < _capacity)
        {
            Middle? middle = _top[(int)(index >> (2 * Bits))];
            if (middle is null)
            {
                index = ((index >> (2 * Bits)) + 1) << (2 * Bits);
                continue;
            }

            Leaf? leaf = middle.Leaves[(int)((index >> Bits) & Mask)];
            if (leaf is null)
            {
                index = ((index >> Bits) + 1) << Bits;
                continue;
            }

            if (leaf.Values[(int)(index & Mask)] is not null)
            {
                return index;
            }

            index++;
        }

        return _capacity;
    }

    public void Clear()
    {
        Array.Clear(_top);
        Count = 0;
    }

    private void Set(long index, T? value)
    {
        ref Middle? middle = ref _top[(int)(index >> (2 * Bits))];
        if (middle is null)
        {
            if (value is null)
            {
                return;
            }

            middle = new Middle();
        }

        ref Leaf? leaf = ref middle.Leaves[(int)((index >> Bits) & Mask)];
        if (leaf is null)
        {
            if (value is null)
            {
                return;
            }

            leaf = new Leaf();
            middle.Count++;
        }

        ref T? slot = ref leaf.Values[(int)(index & Mask)];
        int change = (value is null ? 0 : 1) - (slot is null ? 0 : 1);
        slot = value;
        leaf.Count += change;
        Count += change;
        if (leaf.Count == 0)
        {
            leaf = null;
            middle.Count--;
            if (middle.Count == 0)
            {
                middle = null;
            }
        }
    }

    private sealed class Middle
    {
        public readonly Leaf?[] Leaves = new Leaf?[Fan];
        public int Count;
    }

    private sealed class Leaf
    {
        public readonly T?[] Values = new T?[Fan];
        public int Count;
    }
}
