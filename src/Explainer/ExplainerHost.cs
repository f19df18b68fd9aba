using InferenceServices.Client;
using InferenceServices.EventGate;
using InferenceServices.Explanations.AspNetCore;
using InferenceServices.Inference;
using InferenceServices.MediaWiki;
using InferenceServices.MediaWiki.Client;
using InferenceServices.ModelServer.CloudEvents;
using InferenceServices.ModelServer.Hosting;
using InferenceServices.ModelServer.Telemetry;
using InferenceServices.ResponseCache;
using InferenceServices.Services;

namespace InferenceServices.Explainer;

/// <summary>The component that answers <c>:explain</c>, of an inference service or of any model of numbers; <c>:predict</c> goes to the predictor.</summary>
public static class ExplainerHost
{
    /// <summary>What the command line may set, beside the service's own options.</summary>
    public static IReadOnlyList<Type> OptionTypes { get; } =
        [typeof(ModelServerOptions), typeof(ExplainerOptions), typeof(CloudEventOptions), typeof(TelemetryOptions), typeof(PredictorClientOptions), typeof(ResponseCacheOptions), typeof(MediaWikiOptions), typeof(EventGateOptions), typeof(InferenceOptions), typeof(InferenceServiceOptions), .. InferenceServiceCatalog.OptionTypes];

    /// <summary>Makes the server; starting it loads what it needs and then listens.</summary>
    /// <param name="args">The command line: <c>--predictor_host</c> for the split form, <c>--model_dir</c> alone for the collocated one.</param>
    /// <returns>Not yet started.</returns>
    public static WebApplication Build(string[] args)
    {
        var builder = ModelServerBuilder.Create();
        builder.AddModelServer(args, OptionTypes);
        if (InferenceServiceCatalog.Has(builder.ModelName())) builder.AddInferenceService(InferenceServiceCatalog.Find);
        else builder.AddExplainedModel();
        builder.Services.AddExplanations();
        builder.Services.AddMediaWiki();
        builder.Services.AddEventGate();
        if (builder.Configuration["prediction_cache"] != "false") builder.Services.AddResponseCache(shared: builder.Configuration["prediction_cache_postgres"] is { Length: > 0 });
        if (builder.HasRemotePredictor()) builder.Services.AddPredictorClient();
        else builder.Services.AddInference();
        return builder.Build().MapModelServer();
    }
}
