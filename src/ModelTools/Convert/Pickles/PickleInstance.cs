namespace InferenceServices.ModelTools.Convert.Pickles;

/// <summary>An object of a class, or the result of a call: the data that Python would create it from. Nothing is created or called.</summary>
/// <param name="type">The class or function.</param>
/// <param name="arguments">Arguments of the constructor or function.</param>
internal sealed class PickleInstance(PickleClass type, PickleSequence arguments)
{
    public PickleClass Type { get; } = type;

    public PickleSequence Arguments { get; } = arguments;

    /// <summary>Gets or sets the state, usually a <see cref="PickleMap"/>; null: none.</summary>
    public object? State { get; set; }

    /// <summary>Gets or sets the items of a subclass of list; null: none.</summary>
    public PickleSequence? Items { get; set; }

    /// <summary>Gets or sets the entries of a subclass of dict; null: none.</summary>
    public PickleMap? Entries { get; set; }

    /// <summary>Gets or sets the bytes, or the object, that follow the instance in the file; null: none.</summary>
    public object? Inline { get; set; }
}
