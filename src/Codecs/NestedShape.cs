using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Tensors;

namespace InferenceServices.Codecs;

/// <summary>Infers the shape of nested JSON arrays while they are read, and rejects ragged arrays.</summary>
/// <param name="name">Name of the tensor for error messages.</param>
internal sealed class NestedShape(string name)
{
    private const int MaxRank = 32;

    // Most tensors have few axes; both arrays grow for the others.
    private long[] _dims = new long[4];
    private long[] _counts = new long[4];
    private int _depth;
    private int _rank = -1;

    /// <summary>Starts an array.</summary>
    public void Open()
    {
        if (_depth == MaxRank || _depth == _rank) throw Ragged($"an array {_depth} levels deep where a value was expected");
        if (_depth > 0) _counts[_depth - 1]++;
        if (_depth == _counts.Length)
        {
            Array.Resize(ref _counts, MaxRank);
            Array.Resize(ref _dims, MaxRank);
        }
        _counts[_depth++] = 0;
    }

    /// <summary>Counts values in the innermost array, or a scalar.</summary>
    public void AddValues(int count)
    {
        if (_rank < 0) SetRank();
        if (_depth != _rank) throw Ragged($"a value {_depth} levels deep where an array was expected");
        if (_depth > 0) _counts[_depth - 1] += count;
    }

    /// <summary>Ends an array.</summary>
    public void Close()
    {
        // An empty array also ends the descent: the shape of its elements is unknown, and the tensor is empty.
        if (_rank < 0) SetRank();
        var count = _counts[--_depth];
        if (_dims[_depth] < 0) _dims[_depth] = count;
        else if (_dims[_depth] != count) throw Ragged($"an array of {count} where the first at this depth has {_dims[_depth]}");
    }

    /// <summary>Returns the shape after the whole value is read.</summary>
    public Shape Complete() => new(_dims.AsSpan(0, Math.Max(_rank, 0)).ToArray());

    private void SetRank()
    {
        _rank = _depth;
        _dims.AsSpan(0, _rank).Fill(-1);
    }

    private InvalidInputException Ragged(string what) => new($"{name} should be rectangular: found {what}");
}
