using System.Reflection;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Serving;
using InferenceServices.ModelServer.Pipeline;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace InferenceServices.ModelServer.Hosting;

/// <summary>Adds the one inference service a transformer or explainer runs.</summary>
public static class InferenceServiceExtensions
{
    /// <summary>The service of <c>--model_name</c>: its options bound and checked, its transformer made before the server listens.</summary>
    /// <param name="builder">Already has the command line.</param>
    /// <param name="find">From a model name to a transformer's class; throws <see cref="StartException"/>.</param>
    /// <returns>The same builder.</returns>
    public static WebApplicationBuilder AddInferenceService(
        this WebApplicationBuilder builder, Func<string, (Type Transformer, InferenceServiceAttribute Service)> find)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(find);
        if (builder.Configuration["multi_model_server"] == "true")
            throw new StartException("--multi_model_server is the predictor's; an inference service comes and goes with its one model.");
        var model = ModelOf(builder.Configuration);
        if (!Directory.Exists(model.Directory))
            throw new StartException($"There is no directory {model.Directory}; --model_dir should name the directory with the service's files.");
        var (transformer, service) = find(model.Name);

        builder.Services.AddSingleton(service);
        builder.Services.AddSingleton(model);
        builder.Services.AddSingleton(typeof(ITransformer), transformer);
        builder.Services.AddSingleton<IModelRepository, ServiceRepository>();
        builder.Services.AddSingleton(provider => new ServiceDefinition(
            model.Name,
            provider.GetRequiredService<ITransformer>(),
            provider.GetService<IExplainer>(),
            service.MaxBodyBytes > 0 ? service.MaxBodyBytes : provider.GetRequiredService<IOptions<ModelServerOptions>>().Value.RequestPayloadLimit));
        if (service.Options is { } options)
        {
            typeof(InferenceServiceExtensions).GetMethod(nameof(AddOptions), BindingFlags.NonPublic | BindingFlags.Static)!
                .MakeGenericMethod(options).Invoke(null, [builder.Services]);
        }
        return builder;
    }

    /// <summary>The model of <c>--model_name</c>, which is no inference service: its explainer is asked by its tensors.</summary>
    /// <param name="builder">Already has the command line, and an <see cref="IExplainer"/>.</param>
    /// <returns>The same builder.</returns>
    public static WebApplicationBuilder AddExplainedModel(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (builder.Configuration["multi_model_server"] == "true")
            throw new StartException("--multi_model_server is the predictor's; an explainer comes and goes with its one model.");
        var model = ModelOf(builder.Configuration);
        builder.Services.AddSingleton(model);
        builder.Services.AddSingleton<IModelRepository, ServiceRepository>();
        builder.Services.AddSingleton(provider => new ServiceDefinition(
            model.Name,
            provider.GetRequiredService<V1TensorTransformer>(),
            provider.GetRequiredService<IExplainer>(),
            provider.GetRequiredService<IOptions<ModelServerOptions>>().Value.RequestPayloadLimit));
        builder.Services.AddSingleton<ITransformer>(provider => provider.GetRequiredService<V1TensorTransformer>());
        return builder;
    }

    /// <summary>The name that <c>--model_name</c> gives.</summary>
    /// <param name="builder">Already has the command line.</param>
    public static string ModelName(this WebApplicationBuilder builder) => NameOf((builder ?? throw new ArgumentNullException(nameof(builder))).Configuration);

    /// <summary>Whether the command line names a predictor elsewhere.</summary>
    /// <param name="builder">Already has the command line.</param>
    /// <returns>False for the collocated form.</returns>
    public static bool HasRemotePredictor(this WebApplicationBuilder builder)
        => builder?.Configuration["predictor_host"] is { Length: > 0 };

    private static void AddOptions<T>(IServiceCollection services)
        where T : class
        => services.AddOptionsWithValidateOnStart<T>().BindConfiguration("").ValidateDataAnnotations();

    private static ServedModel ModelOf(ConfigurationManager configuration)
    {
        var path = configuration["model_dir"] ?? "/mnt/models";
        if (File.Exists(path)) path = Path.GetDirectoryName(Path.GetFullPath(path))!;
        return new ServedModel(NameOf(configuration), path, configuration["model_version"] ?? InferenceServiceOptions.DefaultVersion);
    }

    private static string NameOf(ConfigurationManager configuration) => configuration["model_name"] ?? new ModelServerOptions().ModelName;
}
