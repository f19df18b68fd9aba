using InferenceServices.Inference;
using InferenceServices.ModelServer.Hosting;

namespace InferenceServices.Predictor;

/// <summary>The predictor: serves any ONNX model over V1 and V2.</summary>
public static class PredictorHost
{
    /// <summary>Composes the server.</summary>
    /// <param name="args">The command line.</param>
    public static WebApplicationBuilder CreateBuilder(string[] args)
        => ModelServerBuilder.Create(args)
            .AddModelServer()
            .AddInference();

    /// <summary>Builds the server; its start loads the models and then listens.</summary>
    /// <param name="args">The command line.</param>
    public static WebApplication Build(string[] args) => CreateBuilder(args).Build().MapModelServer();
}
