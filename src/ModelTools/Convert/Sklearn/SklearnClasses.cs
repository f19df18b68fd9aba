using System.Globalization;
using InferenceServices.ModelTools.Convert.Pickles;

namespace InferenceServices.ModelTools.Convert.Sklearn;

/// <summary>Classes of a classifier, in the order of its probabilities.</summary>
/// <param name="Names">Names: true and false for booleans.</param>
/// <param name="Integers">Values of classes that are integers or booleans; null for texts and other numbers.</param>
/// <param name="Numbers">Values of classes that are floating-point numbers; null otherwise.</param>
internal sealed record SklearnClasses(string[] Names, long[]? Integers, double[]? Numbers)
{
    private const int Most = 100_000;

    public int Count => Names.Length;

    /// <summary>Reads <c>classes_</c>.</summary>
    public static SklearnClasses Read(PickleField field)
    {
        if (field.Value is PickleSequence) throw new NotSupportedException("it has several outputs; only one is supported");
        var array = field.Array();
        if (array.Shape is not [>= 1 and <= Most]) throw new PickleException($"{field.Path} should be a list of 1 to {Most} classes");
        if (array.IsText) return new SklearnClasses(CheckNames(field, array.Texts()), null, null);
        if (array.IsFloat)
        {
            var numbers = array.Finite();
            return new SklearnClasses([.. numbers.Select(number => number.ToString(CultureInfo.InvariantCulture))], null, numbers);
        }
        var integers = array.Integers();
        return new SklearnClasses([.. integers.Select(number => array.IsBool ? number != 0 ? "true" : "false" : number.ToString(CultureInfo.InvariantCulture))], integers, null);
    }

    private static string[] CheckNames(PickleField field, string[] names)
        => Array.Find(names, name => name.Length == 0 || name.Any(char.IsControl)) is { } name
            ? throw new NotSupportedException($"the class '{PrintableText.Of(name, 60)}' of {field.Path} cannot be a line of labels.txt")
            : names;
}
