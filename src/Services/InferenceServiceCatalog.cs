using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using InferenceServices.Configuration;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Serving;
using InferenceServices.MediaWiki.Wikis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace InferenceServices.Services;

/// <summary>
/// The services of this library: every class with an <see cref="InferenceServiceAttribute"/>, and every options class with a <see cref="SwitchOptionsAttribute"/>.
/// A source generator lists them, so adding a service changes nothing here.
/// </summary>
[ServiceCatalog]
public static partial class InferenceServiceCatalog
{
    private const string AnyWiki = "{wiki}";

    private static readonly List<(ServiceDescriptor Transformer, InferenceServiceAttribute Service)> All = [];

    static InferenceServiceCatalog()
    {
        Declare();
        All.Sort(static (one, other) => string.CompareOrdinal(one.Service.ModelName, other.Service.ModelName));
    }

    /// <summary>Gets the names of the services; <c>{wiki}</c> in a name represents the database name of any wiki, as <c>enwiki</c>.</summary>
    public static IReadOnlyList<string> Names => [.. All.Select(entry => entry.Service.ModelName)];

    /// <summary>Adds the options of all services. Only the options of the service that runs are used and validated. Reads variables of Lift Wing's charts.</summary>
    /// <typeparam name="TBuilder">Type of the builder.</typeparam>
    /// <param name="builder">The host's builder; it has the switch <c>--model_name</c>.</param>
    /// <returns>The same builder.</returns>
    public static TBuilder AddServiceOptions<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        AddOptions(builder);
        // Lift Wing's chart names a revscoring service by this variable.
        builder.GetSwitches().SetFrom("model_name", "INFERENCE_NAME");
        return builder;
    }

    /// <summary>Whether a service has the name; an explainer of any other name explains the model itself.</summary>
    /// <param name="modelName">Value of <c>--model_name</c>.</param>
    public static bool Has(string modelName) => All.Exists(entry => IsNameOf(entry.Service, modelName));

    /// <summary>Finds the service of a model name.</summary>
    /// <param name="modelName">Value of <c>--model_name</c>.</param>
    /// <returns>The transformer, to be created by the host, and the service's description.</returns>
    /// <exception cref="StartException">No service, or more than one, has the name.</exception>
    public static (ServiceDescriptor Transformer, InferenceServiceAttribute Service) Find(string modelName)
        => All.Where(entry => IsNameOf(entry.Service, modelName)).ToArray() switch
        {
            [var only] => only,
            [] => throw new StartException($"Unknown inference service '{modelName}': --model_name should be one of: {string.Join(", ", Names)}."),
            _ => throw new StartException($"More than one class implements the inference service '{modelName}'."),
        };

    static partial void Declare();

    static partial void AddOptions(IHostApplicationBuilder builder);

    private static void Declare<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>()
        where T : class, ITransformer
        => All.AddRange(typeof(T).GetCustomAttributes<InferenceServiceAttribute>().Select(static service => (ServiceDescriptor.Singleton<ITransformer, T>(), service)));

    private static bool IsNameOf(InferenceServiceAttribute service, string modelName)
        => service.ModelName == modelName
            || (service.ModelName.StartsWith(AnyWiki, StringComparison.Ordinal)
                && modelName.EndsWith(service.ModelName[AnyWiki.Length..], StringComparison.Ordinal)
                && WikiTable.FindByDatabaseName(modelName[..^(service.ModelName.Length - AnyWiki.Length)]) is not null);
}
