namespace VolMgr.Volumes.Layout;

/// <summary>A range of a plex, to be walked segment by segment with <c>foreach</c>; a value, nothing is
/// allocated.</summary>
public readonly struct PlexRange : IEquatable<PlexRange>
{
    private readonly PlexMap map;
    private readonly long offset;
    private readonly long length;

    internal PlexRange(PlexMap map, long offset, long length)
    {
        this.map = map;
        this.offset = offset;
        this.length = length;
    }

    /// <summary>Whether both are the same range of the same map.</summary>
    public static bool operator ==(PlexRange left, PlexRange right) => left.Equals(right);

    /// <summary>Whether they differ.</summary>
    public static bool operator !=(PlexRange left, PlexRange right) => !left.Equals(right);

    /// <summary>Walks the segments.</summary>
    public Enumerator GetEnumerator() => new(map, offset, length);

    /// <summary>The segments as a list, where a list is needed.</summary>
    public IReadOnlyList<PlexSegment> ToList()
    {
        List<PlexSegment> segments = [];
        foreach (PlexSegment segment in this)
        {
            segments.Add(segment);
        }

        return segments;
    }

    /// <inheritdoc/>
    public bool Equals(PlexRange other) =>
        ReferenceEquals(map, other.map) && offset == other.offset && length == other.length;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is PlexRange other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(offset, length);

    /// <summary>The walk.</summary>
    public struct Enumerator : IEquatable<Enumerator>
    {
        private readonly PlexMap map;
        private readonly long end;
        private long position;

        internal Enumerator(PlexMap map, long offset, long length)
        {
            this.map = map;
            position = offset;
            end = offset + length;
        }

        /// <summary>The segment reached by the last <see cref="MoveNext"/>.</summary>
        public PlexSegment Current { get; private set; }

        /// <summary>Whether both walk the same range at the same place.</summary>
        public static bool operator ==(Enumerator left, Enumerator right) => left.Equals(right);

        /// <summary>Whether they differ.</summary>
        public static bool operator !=(Enumerator left, Enumerator right) => !left.Equals(right);

        /// <summary>Goes to the next segment; false at the end of the range.</summary>
        public bool MoveNext()
        {
            if (position >= end)
            {
                return false;
            }

            Current = map.SegmentAt(position, end - position);
            position += Current.Length;
            return true;
        }

        /// <inheritdoc/>
        public readonly bool Equals(Enumerator other) =>
            ReferenceEquals(map, other.map) && position == other.position && end == other.end;

        /// <inheritdoc/>
        public override readonly bool Equals(object? obj) => obj is Enumerator other && Equals(other);

        /// <inheritdoc/>
        public override readonly int GetHashCode() => HashCode.Combine(position, end);
    }
}
