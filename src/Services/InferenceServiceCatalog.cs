using System.Reflection;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Serving;
using InferenceServices.MediaWiki.Wikis;

namespace InferenceServices.Services;

/// <summary>The services of this library: every class with an <see cref="InferenceServiceAttribute"/>. Adding one edits nothing here.</summary>
public static class InferenceServiceCatalog
{
    private const string AnyWiki = "{wiki}";

    private static readonly (Type Type, InferenceServiceAttribute Service)[] All =
        [.. typeof(InferenceServiceCatalog).Assembly.GetTypes()
            .SelectMany(type => type.GetCustomAttributes<InferenceServiceAttribute>(), (type, service) => (type, service))
            .OrderBy(entry => entry.service.ModelName, StringComparer.Ordinal)];

    /// <summary>The options of all services, for the command line and its help.</summary>
    public static IReadOnlyList<Type> OptionTypes { get; } = [.. All.Select(entry => entry.Service.Options).OfType<Type>().Distinct()];

    /// <summary>The names services are known by; <c>{wiki}</c> in one stands for the database name of any wiki, as <c>enwiki</c>.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(entry => entry.Service.ModelName)];

    /// <summary>Whether a service has the name; a server without one serves the bare model.</summary>
    /// <param name="modelName">As given by <c>--model_name</c>.</param>
    public static bool Has(string modelName) => All.Any(entry => IsNameOf(entry.Service, modelName));

    /// <summary>The transformer of a model name.</summary>
    /// <param name="modelName">As given by <c>--model_name</c>.</param>
    /// <returns>The class, to be made by the host, and what it says of itself.</returns>
    /// <exception cref="StartException">No service, or more than one, has the name.</exception>
    public static (Type Transformer, InferenceServiceAttribute Service) Find(string modelName)
        => All.Where(entry => IsNameOf(entry.Service, modelName)).ToArray() switch
        {
            [var only] => only,
            [] => throw new StartException($"There is no inference service '{modelName}'; --model_name should be one of: {string.Join(", ", Names)}."),
            _ => throw new StartException($"More than one class claims the inference service '{modelName}'."),
        };

    private static bool IsNameOf(InferenceServiceAttribute service, string modelName)
        => service.ModelName == modelName
            || (service.ModelName.StartsWith(AnyWiki, StringComparison.Ordinal)
                && modelName.EndsWith(service.ModelName[AnyWiki.Length..], StringComparison.Ordinal)
                && WikiTable.FindByDatabaseName(modelName[..^(service.ModelName.Length - AnyWiki.Length)]) is not null);
}
