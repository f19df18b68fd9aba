using InferenceServices.Client;
using InferenceServices.EventGate;
using InferenceServices.Explanations.AspNetCore;
using InferenceServices.Inference;
using InferenceServices.MediaWiki;
using InferenceServices.ModelServer.Hosting;
using InferenceServices.ResponseCache;
using InferenceServices.Services;

namespace InferenceServices.Explainer;

/// <summary>The explainer: answers <c>:explain</c> for an inference service or for any model of numbers; <c>:predict</c> calls the predictor.</summary>
public static class ExplainerHost
{
    /// <summary>Composes the server.</summary>
    /// <param name="args">The command line: with <c>--predictor_host</c> the predictor is remote, else the model of <c>--model_dir</c> runs in this process.</param>
    public static WebApplicationBuilder CreateBuilder(string[] args)
    {
        var builder = ModelServerBuilder.Create(args);
        builder.AddModelServer().AddServiceOptions();
        if (InferenceServiceCatalog.Has(builder.ModelName())) builder.AddInferenceService(InferenceServiceCatalog.Find);
        else builder.AddExplainedModel();
        return builder
            .AddExplanations()
            .AddResponseCache()
            .AddMediaWiki()
            .AddEventGate()
            .AddPredictorClient()
            .AddInference();
    }

    /// <summary>Builds the server; its start loads the service's files and models and then listens.</summary>
    /// <param name="args">The command line.</param>
    public static WebApplication Build(string[] args) => CreateBuilder(args).Build().MapModelServer();
}
