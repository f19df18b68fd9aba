using InferenceServices.Client;
using InferenceServices.EventGate;
using InferenceServices.Inference;
using InferenceServices.MediaWiki;
using InferenceServices.ModelServer.Hosting;
using InferenceServices.ResponseCache;
using InferenceServices.Services;

namespace InferenceServices.Transformer;

/// <summary>The transformer: runs one inference service, in front of a remote predictor or with the model in its own process.</summary>
public static class TransformerHost
{
    /// <summary>Composes the server.</summary>
    /// <param name="args">The command line: with <c>--predictor_host</c> the predictor is remote, else the model of <c>--model_dir</c> runs in this process.</param>
    public static WebApplicationBuilder CreateBuilder(string[] args)
        => ModelServerBuilder.Create(args)
            .AddModelServer()
            .AddServiceOptions()
            .AddInferenceService(InferenceServiceCatalog.Find)
            .AddResponseCache()
            .AddMediaWiki()
            .AddEventGate()
            .AddPredictorClient()
            .AddInference();

    /// <summary>Builds the server; its start loads the service's files and models and then listens.</summary>
    /// <param name="args">The command line.</param>
    public static WebApplication Build(string[] args) => CreateBuilder(args).Build().MapModelServer();
}
