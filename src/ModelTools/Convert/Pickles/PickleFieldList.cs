using System.Collections;

namespace InferenceServices.ModelTools.Convert.Pickles;

/// <summary>The items of a list. A field is created when it is read: a list in a small file can have millions of items.</summary>
/// <param name="items">The items.</param>
/// <param name="path">Path of the list.</param>
internal sealed class PickleFieldList(IReadOnlyList<object?> items, string path) : IReadOnlyList<PickleField>
{
    public int Count => items.Count;

    public PickleField this[int index] => new(items[index], $"{path}[{index}]");

    public IEnumerator<PickleField> GetEnumerator()
    {
        for (var index = 0; index < items.Count; index++) yield return this[index];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
