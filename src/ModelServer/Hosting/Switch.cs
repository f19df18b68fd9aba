using System.ComponentModel;
using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace InferenceServices.ModelServer.Hosting;

/// <summary>A command-line switch: a property of an options class.</summary>
/// <param name="Name">Without the dashes.</param>
/// <param name="Type">What its value is read as.</param>
/// <param name="Help">Its line in <c>--help</c> and in <c>docs/configuration.md</c>.</param>
public sealed record Switch(string Name, Type Type, string Help)
{
    /// <summary>Its environment variable: configuration keys ignore case. Null for a name with dashes, which shells cannot set.</summary>
    public string? EnvironmentVariable => Name.Contains('-', StringComparison.Ordinal) ? null : Name.ToUpperInvariant();

    /// <summary>All switches of some options, each name once.</summary>
    /// <param name="optionTypes">Classes whose properties carry a <see cref="ConfigurationKeyNameAttribute"/>.</param>
    /// <returns>In the order declared.</returns>
    public static IReadOnlyList<Switch> Of(IEnumerable<Type> optionTypes)
    {
        var switches = new List<Switch>();
        foreach (var property in optionTypes.SelectMany(type => type.GetProperties()))
        {
            var name = property.GetCustomAttribute<ConfigurationKeyNameAttribute>()?.Name;
            if (name is null || switches.Exists(known => known.Name == name)) continue;
            switches.Add(new Switch(name, property.PropertyType, property.GetCustomAttribute<DescriptionAttribute>()?.Description ?? ""));
        }
        return switches;
    }
}
