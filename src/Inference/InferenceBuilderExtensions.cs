using InferenceServices.Configuration;
using InferenceServices.Contracts.Serving;
using InferenceServices.Inference.Execution;
using InferenceServices.Inference.Repository;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace InferenceServices.Inference;

/// <summary>Adds the engine to a host.</summary>
public static class InferenceBuilderExtensions
{
    /// <summary>
    /// Adds the models of <c>--model_dir</c> as the host's <see cref="IPredictor"/> and <see cref="IModelRepository"/>, loaded before the host listens. If the
    /// host has another predictor already, adds the switches only.
    /// </summary>
    /// <typeparam name="TBuilder">Type of the builder.</typeparam>
    /// <param name="builder">The host's builder.</param>
    /// <returns>The same builder.</returns>
    public static TBuilder AddInference<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        builder.AddSwitches<InferenceOptions>();
        var services = builder.Services;
        builder.GetSwitches().Components.TryAdd("ONNX Runtime", static () => OnnxRuntime.Version);
        if (builder.GetSwitches().IsHelpRequested || services.Any(static service => service.ServiceType == typeof(IPredictor))) return builder;
        builder.AddSwitchOptions<InferenceOptions>().ValidateOnStart();
        // Loading the native library takes as long as building the host, so both run at the same time. A failure is reported when a model loads.
        _ = Task.Run(OnnxRuntime.Start);
        services.AddSingleton<IReleasableMemory, ArenaMemory>();
        services.AddSingleton<ModelRepository>();
        services.AddSingleton<IPredictor>(provider => provider.GetRequiredService<ModelRepository>());
        // A server that runs a service has its own repository: the model belongs to the service.
        services.TryAddSingleton<IModelRepository>(provider => provider.GetRequiredService<ModelRepository>());
        services.TryAddSingleton(TimeProvider.System);
        // Before the load, so that a file that changes during the load counts as changed.
        services.AddHostedService<ModelRepositoryPoller>();
        services.AddHostedService<ModelLoadingService>();
        return builder;
    }
}
