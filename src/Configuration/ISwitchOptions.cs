using Microsoft.Extensions.Options;

namespace InferenceServices.Configuration;

/// <summary>Options that switches set. A source generator implements the interface for classes with <see cref="SwitchOptionsAttribute"/>.</summary>
/// <typeparam name="TSelf">The options class.</typeparam>
public interface ISwitchOptions<TSelf>
    where TSelf : class, ISwitchOptions<TSelf>
{
    /// <summary>The switches, in the order of the properties that they set.</summary>
    static abstract IReadOnlyList<Switch> Switches { get; }

    /// <summary>Validates a bound instance.</summary>
    static abstract IValidateOptions<TSelf> Validator { get; }

    /// <summary>Sets the properties that have a configured value.</summary>
    /// <param name="options">Instance to change; a property without a configured value stays as it is.</param>
    /// <param name="values">The configured values.</param>
    static abstract void Bind(TSelf options, SwitchValues values);
}
