using System.Diagnostics.CodeAnalysis;
using Tag = System.Collections.Generic.KeyValuePair<string, object?>;

namespace InferenceServices.ModelServer.Telemetry;

/// <summary>Compares the tags of measurements. The lookup takes a span, so that it allocates nothing.</summary>
/// <remarks>An instrument always has its tags in the same order.</remarks>
internal sealed class TagComparer : IEqualityComparer<Tag[]>, IAlternateEqualityComparer<ReadOnlySpan<Tag>, Tag[]>
{
    public bool Equals(Tag[]? x, Tag[]? y) => Equals(x.AsSpan(), y!);

    public int GetHashCode(Tag[] obj) => GetHashCode(obj.AsSpan());

    public bool Equals(ReadOnlySpan<Tag> alternate, Tag[] other)
    {
        if (alternate.Length != other.Length) return false;
        for (var i = 0; i < other.Length; i++)
            if (alternate[i].Key != other[i].Key || !Equals(alternate[i].Value, other[i].Value)) return false;
        return true;
    }

    public int GetHashCode([DisallowNull] ReadOnlySpan<Tag> alternate)
    {
        var hash = 0;
        foreach (var tag in alternate) hash = HashCode.Combine(hash, tag.Value);
        return hash;
    }

    public Tag[] Create(ReadOnlySpan<Tag> alternate) => alternate.ToArray();
}
