using System.Numerics;

namespace InferenceServices.ModelTools.Convert.Pickles;

/// <summary>A value in a pickle with its path, for error messages.</summary>
/// <param name="value">See <see cref="PickleSequence"/> for the types.</param>
/// <param name="path">Attribute names separated by dots; empty for the root.</param>
internal sealed class PickleField(object? value, string path)
{
    public object? Value { get; } = value;

    public string Path { get; } = path;

    public bool IsNone => Value is null;

    /// <summary>Gets the class of an object; null for other values.</summary>
    public PickleClass? Type => (Value as PickleInstance)?.Type;

    /// <summary>Gets what the value is, for messages.</summary>
    public string Kind => Value switch
    {
        null => "None",
        bool flag => flag ? "True" : "False",
        string text => $"'{PrintableText.Of(text, 60)}'",
        PickleClass type => $"the name {type}",
        PickleInstance instance => $"a {instance.Type}",
        PickleSequence { Kind: PickleSequenceKind.Tuple } => "a tuple",
        PickleSequence { Kind: PickleSequenceKind.Set } => "a set",
        PickleSequence => "a list",
        PickleMap => "a dict",
        PickleBytes => "bytes",
        var number => FormattableString.Invariant($"{number}"),
    };

    /// <summary>Returns an attribute of an object or an entry of a dict.</summary>
    /// <exception cref="PickleException">The attribute is missing.</exception>
    public PickleField this[string name] => Find(name) ?? throw new PickleException($"{Subject} has no {PathOf(name)}");

    /// <summary>Returns an attribute of an object or an entry of a dict, or null.</summary>
    public PickleField? Find(string name)
        => (Attributes(Value)?.TryGet(name, out var found) ?? false) ? new PickleField(found, PathOf(name)) : null;

    /// <summary>Returns the first attribute that exists: libraries rename attributes.</summary>
    public PickleField Any(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
            if (Find(name) is { } found) return found;
        return this[names[0]];
    }

    public string Text() => Value as string ?? throw Error("a text");

    public bool Flag() => Scalar() switch { bool flag => flag, long number => number != 0, _ => throw Error("True or False") };

    public double Number() => Scalar() switch
    {
        double number => number,
        long integer => integer,
        bool flag => flag ? 1 : 0,
        BigInteger large => (double)large,
        _ => throw Error("a number"),
    };

    /// <summary>Returns a finite number.</summary>
    public double Finite() => Number() is var number && double.IsFinite(number) ? number : throw Error("a finite number");

    /// <summary>Returns an integer from 0 to <paramref name="most"/>.</summary>
    public int Count(int most) => Scalar() is long number && number >= 0 && number <= most ? (int)number : throw Error($"an integer of 0 to {most}");

    /// <summary>Returns the items of a list or tuple.</summary>
    public IReadOnlyList<PickleField> Items()
        => Value is PickleSequence { Kind: not PickleSequenceKind.Set } sequence
            ? new PickleFieldList(sequence.Items, Path)
            : throw Error("a list");

    public NdArray Array() => NdArray.Read(this);

    public PickleException Error(string expected) => new($"{(Path.Length == 0 ? "it" : Path)} should be {expected}, got {Kind}");

    private string Subject => Path.Length == 0 ? "it" : Type is { } type ? $"{Path} ({type})" : Path;

    private string PathOf(string name) => Path.Length == 0 ? name : $"{Path}.{name}";

    // A number can be a NumPy scalar, or an array of one number.
    private object? Scalar() => Value is PickleInstance && NdArray.TryRead(this) is { Count: 1 } array ? array.Scalar(0) : Value;

    private static PickleMap? Attributes(object? value) => value switch
    {
        PickleMap map => map,
        PickleInstance { State: PickleMap state } => state,
        // Objects with slots have a tuple of their dict and their slots.
        PickleInstance { State: PickleSequence { Items: [PickleMap state, ..] } } => state,
        _ => null,
    };
}
