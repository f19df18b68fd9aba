using System.Diagnostics.CodeAnalysis;
using Label = System.Collections.Generic.KeyValuePair<string, object?>;

namespace InferenceServices.ModelServer.Telemetry.Prometheus;

/// <summary>Finds a series by the labels of a measurement, which lie on the stack, without copying them.</summary>
internal sealed class LabelComparer : IEqualityComparer<Label[]>, IAlternateEqualityComparer<ReadOnlySpan<Label>, Label[]>
{
    public bool Equals(Label[]? x, Label[]? y) => Equals(x.AsSpan(), y!);

    public int GetHashCode(Label[] obj) => GetHashCode(obj.AsSpan());

    /// <summary>An instrument records its labels in one order.</summary>
    public bool Equals(ReadOnlySpan<Label> alternate, Label[] other)
    {
        if (alternate.Length != other.Length) return false;
        for (var i = 0; i < other.Length; i++)
            if (alternate[i].Key != other[i].Key || !Equals(alternate[i].Value, other[i].Value)) return false;
        return true;
    }

    public int GetHashCode([DisallowNull] ReadOnlySpan<Label> alternate)
    {
        var hash = 0;
        foreach (var label in alternate) hash = HashCode.Combine(hash, label.Value);
        return hash;
    }

    public Label[] Create(ReadOnlySpan<Label> alternate) => alternate.ToArray();
}
