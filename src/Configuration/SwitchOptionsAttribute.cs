namespace InferenceServices.Configuration;

/// <summary>
/// Makes each property with a <c>ConfigurationKeyName</c> a switch, with its <c>Description</c> as help. Properties are text, bool, int, long,
/// double or an enumeration; a property's initial value is the default. The class is partial: a source generator adds <see cref="ISwitchOptions{TSelf}"/>.
/// </summary>
/// <param name="validator">Class that validates the options, usually by <c>[OptionsValidator]</c>.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class SwitchOptionsAttribute(Type validator) : Attribute
{
    /// <summary>Class that validates the options.</summary>
    public Type Validator { get; } = validator;
}
