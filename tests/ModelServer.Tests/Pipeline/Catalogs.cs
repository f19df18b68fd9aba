using InferenceServices.Contracts.Serving;
using InferenceServices.ModelServer.Hosting;
using InferenceServices.ModelServer.Pipeline;
using InferenceServices.ModelServer.Telemetry;
using InferenceServices.ModelServer.Tests.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace InferenceServices.ModelServer.Tests.Pipeline;

/// <summary>Creates catalogs of models and services without a response cache.</summary>
internal static class Catalogs
{
    public static ModelCatalog Of(IPredictor predictor, params ServiceDefinition[] services)
    {
        var options = Options.Create(new ModelServerOptions());
        using var meters = new TestMeters();
        return new ModelCatalog(
            predictor, services, new V1TensorTransformer(predictor, options, Memories.Of()), options, new RequestMetrics(meters), new ServiceCollection().BuildServiceProvider());
    }
}
