using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using InferenceServices.Configuration;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Serving;
using InferenceServices.ModelServer.OpenApi;
using InferenceServices.ModelServer.Pipeline;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace InferenceServices.ModelServer.Hosting;

/// <summary>Adds the one inference service that a transformer or an explainer runs.</summary>
public static class InferenceServiceExtensions
{
    /// <summary>Adds the inference service named by <c>--model_name</c>. Its transformer is created before the server listens.</summary>
    /// <typeparam name="TBuilder">Type of the builder.</typeparam>
    /// <param name="builder">The host's builder, after <see cref="ModelServerBuilderExtensions.AddModelServer"/>.</param>
    /// <param name="find">Returns the transformer and the description of a service name; throws <see cref="StartException"/> for an unknown name.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="StartException">The service is unknown, or its model has no directory.</exception>
    [RequiresUnreferencedCode(ReflectedMessageSchemas.Reason)]
    [RequiresDynamicCode(ReflectedMessageSchemas.Reason)]
    public static TBuilder AddInferenceService<TBuilder>(
        this TBuilder builder, Func<string, (ServiceDescriptor Transformer, InferenceServiceAttribute Service)> find)
        where TBuilder : IHostApplicationBuilder
    {
        ArgumentNullException.ThrowIfNull(find);
        var model = builder.AddServedModel("--multi_model_server is for the predictor only; an inference service has one model, which is loaded at start.");
        // Help lists switches and needs no service.
        if (builder.GetSwitches().IsHelpRequested) return builder;
        if (!Directory.Exists(model.Directory))
            throw new StartException($"There is no directory {model.Directory}; --model_dir should name the directory with the service's files.");
        var (transformer, service) = find(model.Name);

        builder.Services.AddSingleton(service);
        builder.Services.Add(transformer);
        builder.Services.AddSingleton(provider => new ServiceDefinition(
            model.Name,
            provider.GetRequiredService<ITransformer>(),
            provider.GetService<IExplainer>(),
            service.MaxBodyBytes > 0 ? service.MaxBodyBytes : provider.GetRequiredService<IOptions<ModelServerOptions>>().Value.RequestPayloadLimit));
        return builder;
    }

    /// <summary>Adds the inference service of one class.</summary>
    /// <typeparam name="TTransformer">Class with an <see cref="InferenceServiceAttribute"/> for each name that <c>--model_name</c> may be.</typeparam>
    /// <param name="builder">The host's builder, after <see cref="ModelServerBuilderExtensions.AddModelServer"/>.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="StartException">The class does not have the name, or the model has no directory.</exception>
    [RequiresUnreferencedCode(ReflectedMessageSchemas.Reason)]
    [RequiresDynamicCode(ReflectedMessageSchemas.Reason)]
    public static WebApplicationBuilder AddInferenceService<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TTransformer>(
        this WebApplicationBuilder builder)
        where TTransformer : class, ITransformer
        => builder.AddInferenceService(static name =>
        {
            var services = typeof(TTransformer).GetCustomAttributes<InferenceServiceAttribute>().ToArray();
            var service = services.FirstOrDefault(service => service.ModelName == name)
                ?? throw new StartException($"Unknown inference service '{name}': --model_name should be one of: {string.Join(", ", services.Select(service => service.ModelName))}.");
            return (ServiceDescriptor.Singleton<ITransformer, TTransformer>(), service);
        });

    /// <summary>Adds an explainer of the model of <c>--model_name</c>, a model without an inference service: requests contain its tensors.</summary>
    /// <typeparam name="TBuilder">Type of the builder.</typeparam>
    /// <param name="builder">The host's builder, after <see cref="ModelServerBuilderExtensions.AddModelServer"/>; the host needs an <see cref="IExplainer"/>.</param>
    /// <returns>The same builder.</returns>
    [RequiresUnreferencedCode(ReflectedMessageSchemas.Reason)]
    [RequiresDynamicCode(ReflectedMessageSchemas.Reason)]
    public static TBuilder AddExplainedModel<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        var model = builder.AddServedModel("--multi_model_server is for the predictor only; an explainer has one model, which is loaded at start.");
        builder.Services.AddSingleton(provider => new ServiceDefinition(
            model.Name,
            provider.GetRequiredService<V1TensorTransformer>(),
            provider.GetRequiredService<IExplainer>(),
            provider.GetRequiredService<IOptions<ModelServerOptions>>().Value.RequestPayloadLimit));
        builder.Services.AddSingleton<ITransformer>(provider => provider.GetRequiredService<V1TensorTransformer>());
        return builder;
    }

    /// <summary>Gets the name of the model or service that the host serves.</summary>
    /// <param name="builder">The host's builder.</param>
    /// <returns>The value of <c>--model_name</c>.</returns>
    public static string ModelName(this IHostApplicationBuilder builder) => builder.AddSwitches<ModelOptions>().ModelName;

    [RequiresUnreferencedCode(ReflectedMessageSchemas.Reason)]
    [RequiresDynamicCode(ReflectedMessageSchemas.Reason)]
    private static ServedModel AddServedModel(this IHostApplicationBuilder builder, string multiModelError)
    {
        var options = builder.AddSwitches<ModelOptions>();
        if (options.MultiModelServer) throw new StartException(multiModelError);
        var directory = File.Exists(options.ModelDir) ? Path.GetDirectoryName(Path.GetFullPath(options.ModelDir))! : options.ModelDir;
        var model = new ServedModel(options.ModelName, directory, builder.AddSwitches<InferenceServiceOptions>().ModelVersion);
        builder.AddSwitchOptions<InferenceServiceOptions>();
        builder.Services.AddMessageSchemas();
        builder.Services.AddSingleton(model);
        builder.Services.AddSingleton<IModelRepository, ServiceRepository>();
        return model;
    }
}
