using InferenceServices.Contracts.Serving;
using InferenceServices.Inference.Execution;
using InferenceServices.Inference.Repository;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace InferenceServices.Inference;

/// <summary>Adds the engine to a host.</summary>
public static class InferenceServiceCollectionExtensions
{
    /// <summary>The models of <see cref="InferenceOptions.ModelDir"/> as the host's <see cref="IPredictor"/> and <see cref="IModelRepository"/>, loaded before it listens.</summary>
    /// <param name="services">The host's services.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddInference(this IServiceCollection services)
    {
        // Loading the native library takes as long as building the host: they go side by side. A failure shows again when a model loads.
        _ = Task.Run(OnnxRuntime.Start);
        services.AddOptionsWithValidateOnStart<InferenceOptions, InferenceOptionsValidator>().BindConfiguration("");
        services.AddSingleton<ModelRepository>();
        services.AddSingleton<IPredictor>(provider => provider.GetRequiredService<ModelRepository>());
        // A server that runs a service has its own: the model belongs to the service.
        services.TryAddSingleton<IModelRepository>(provider => provider.GetRequiredService<ModelRepository>());
        services.TryAddSingleton(TimeProvider.System);
        // Before the load: what changes while it runs is a change.
        services.AddHostedService<ModelRepositoryPoller>();
        services.AddHostedService<ModelLoadingService>();
        return services;
    }
}
