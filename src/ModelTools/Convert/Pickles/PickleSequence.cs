namespace InferenceServices.ModelTools.Convert.Pickles;

/// <summary>A list, tuple or set.</summary>
/// <param name="kind">Kind.</param>
/// <param name="items">Items: null, bool, long, <see cref="System.Numerics.BigInteger"/>, double, string, <see cref="PickleBytes"/>, or an object of this folder.</param>
internal sealed class PickleSequence(PickleSequenceKind kind, List<object?> items)
{
    public PickleSequenceKind Kind { get; } = kind;

    public List<object?> Items { get; } = items;
}
