using System.Globalization;

namespace InferenceServices.Contracts.Tensors;

/// <summary>The lengths of a tensor's axes. <c>-1</c> is a free axis and occurs in metadata only.</summary>
public readonly struct Shape : IEquatable<Shape>
{
    private readonly long[]? _dims;

    /// <summary>Wraps the given lengths; the array is not copied and must not change afterwards.</summary>
    /// <param name="dims">Each -1 or more; none for a scalar.</param>
    public Shape(params long[] dims) => _dims = dims;

    /// <summary>Number of axes; 0 for a scalar.</summary>
    public int Rank => _dims?.Length ?? 0;

    /// <summary>Length of one axis.</summary>
    /// <param name="axis">0 to <see cref="Rank"/> − 1.</param>
    public long this[int axis] => (_dims ?? [])[axis];

    /// <summary>The lengths as the array this shape wraps, for interfaces that take arrays. Do not change it.</summary>
    /// <returns>Length <see cref="Rank"/>.</returns>
    public long[] ToArray() => _dims ?? [];

    /// <summary>The lengths.</summary>
    /// <returns>Length <see cref="Rank"/>.</returns>
    public ReadOnlySpan<long> AsSpan() => _dims;

    /// <summary>Number of elements, unless an axis is negative or the product exceeds <see cref="int.MaxValue"/>.</summary>
    /// <param name="count">The product of all lengths; 1 for a scalar.</param>
    /// <returns>False for a free axis and for overflow.</returns>
    public bool TryGetElementCount(out int count)
    {
        long product = 1;
        var countable = true;
        foreach (var dim in AsSpan())
        {
            // A zero anywhere makes the tensor empty, but must not hide a negative axis behind it.
            countable &= dim >= 0;
            if (product > 0 && dim > int.MaxValue / product) { countable &= HasZero(); product = int.MaxValue; }
            else product *= dim;
        }
        count = countable ? (HasZero() ? 0 : (int)product) : 0;
        return countable;
    }

    /// <summary>Whether a concrete shape fits this one, axis by axis, -1 here matching any length.</summary>
    /// <param name="actual">A shape without free axes.</param>
    /// <returns>True when rank and every fixed axis agree.</returns>
    public bool Accepts(Shape actual)
    {
        if (actual.Rank != Rank) return false;
        for (var axis = 0; axis < Rank; axis++)
            if (this[axis] != -1 && this[axis] != actual[axis]) return false;
        return true;
    }

    /// <inheritdoc/>
    public bool Equals(Shape other) => AsSpan().SequenceEqual(other.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Shape other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var dim in AsSpan()) hash.Add(dim);
        return hash.ToHashCode();
    }

    /// <summary>The lengths as the protocol writes them.</summary>
    /// <returns>For example <c>[2,4]</c>; <c>[]</c> for a scalar.</returns>
    public override string ToString() => $"[{string.Join(',', ToArray().Select(d => d.ToString(CultureInfo.InvariantCulture)))}]";

    /// <summary>Whether two shapes have the same axes.</summary>
    public static bool operator ==(Shape left, Shape right) => left.Equals(right);

    /// <summary>Whether two shapes differ in an axis.</summary>
    public static bool operator !=(Shape left, Shape right) => !left.Equals(right);

    private bool HasZero() => AsSpan().Contains(0L);
}
