using System.Globalization;

namespace InferenceServices.Contracts.Tensors;

/// <summary>The lengths of a tensor's axes. <c>-1</c> is a dynamic axis, which occurs in metadata only.</summary>
public readonly struct Shape : IEquatable<Shape>
{
    private readonly long[]? _dims;

    /// <summary>Creates a shape over an array, which is not copied and must not change afterwards.</summary>
    /// <param name="dims">Lengths, each -1 or more; empty for a scalar.</param>
    public Shape(params long[] dims) => _dims = dims;

    /// <summary>Gets the number of axes; 0 for a scalar.</summary>
    public int Rank => _dims?.Length ?? 0;

    /// <summary>Gets the length of an axis.</summary>
    /// <param name="axis">Index of the axis, 0 to <see cref="Rank"/> − 1.</param>
    public long this[int axis] => (_dims ?? [])[axis];

    /// <summary>Returns the wrapped array, for APIs that require an array. It must not be changed.</summary>
    /// <returns>An array of length <see cref="Rank"/>.</returns>
    public long[] ToArray() => _dims ?? [];

    /// <summary>Returns the lengths.</summary>
    /// <returns>A span of length <see cref="Rank"/>.</returns>
    public ReadOnlySpan<long> AsSpan() => _dims;

    /// <summary>Computes the number of elements, if no axis is negative and the product of the axes that are not empty is at most <see cref="int.MaxValue"/>.</summary>
    /// <param name="count">The product of all lengths; 1 for a scalar.</param>
    /// <returns>False for a dynamic axis and for overflow.</returns>
    public bool TryGetElementCount(out int count)
    {
        count = 0;
        var (product, isEmpty) = (1L, false);
        foreach (var dim in AsSpan())
        {
            if (dim < 0 || dim > int.MaxValue / product) return false;
            // The other axes of an empty tensor are limited too: sums and batches of shapes must not overflow.
            if (dim == 0) isEmpty = true;
            else product *= dim;
        }
        count = isEmpty ? 0 : (int)product;
        return true;
    }

    /// <summary>Returns whether a concrete shape matches this one; -1 in this shape matches any length.</summary>
    /// <param name="actual">A shape without dynamic axes.</param>
    /// <returns>True if rank and every fixed axis are equal.</returns>
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

    /// <summary>Returns the lengths in the format of the protocol.</summary>
    /// <returns>Text such as <c>[2,4]</c>; <c>[]</c> for a scalar.</returns>
    public override string ToString() => $"[{string.Join(',', ToArray().Select(d => d.ToString(CultureInfo.InvariantCulture)))}]";

    /// <summary>Returns whether two shapes have the same axes.</summary>
    public static bool operator ==(Shape left, Shape right) => left.Equals(right);

    /// <summary>Returns whether two shapes differ in an axis.</summary>
    public static bool operator !=(Shape left, Shape right) => !left.Equals(right);
}
