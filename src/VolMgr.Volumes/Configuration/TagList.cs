using System.Collections;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace VolMgr.Volumes.Configuration;

/// <summary>A list of tags that is equal to another with the same tags.</summary>
[CollectionBuilder(typeof(TagList), nameof(Create))]
public sealed class TagList : IReadOnlyList<string>, IEquatable<TagList>
{
    private readonly ImmutableArray<string> tags;

    private TagList(ImmutableArray<string> tags) => this.tags = tags;

    /// <inheritdoc/>
    public int Count => tags.Length;

    /// <inheritdoc/>
    public string this[int index] => tags[index];

    /// <summary>A list of these tags.</summary>
    public static TagList Create(ReadOnlySpan<string> tags) => new([.. tags]);

    /// <inheritdoc/>
    public IEnumerator<string> GetEnumerator() => tags.AsEnumerable().GetEnumerator();

    /// <inheritdoc/>
    public bool Equals(TagList? other) => other is not null && tags.SequenceEqual(other.tags, StringComparer.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as TagList);

    /// <inheritdoc/>
    public override int GetHashCode() => tags.Length == 0 ? 0 : string.GetHashCode(tags[0], StringComparison.Ordinal);

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
