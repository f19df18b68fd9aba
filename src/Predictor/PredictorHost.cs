using InferenceServices.Inference;
using InferenceServices.ModelServer.CloudEvents;
using InferenceServices.ModelServer.Hosting;
using InferenceServices.ModelServer.Telemetry;

namespace InferenceServices.Predictor;

/// <summary>Any ONNX file over V1 and V2, with no code of its own.</summary>
public static class PredictorHost
{
    /// <summary>What the command line may set.</summary>
    public static IReadOnlyList<Type> OptionTypes { get; } = [typeof(ModelServerOptions), typeof(CloudEventOptions), typeof(TelemetryOptions), typeof(InferenceOptions)];

    /// <summary>Makes the server; starting it loads the models and then listens.</summary>
    /// <param name="args">The command line.</param>
    /// <returns>Not yet started.</returns>
    public static WebApplication Build(string[] args)
    {
        var builder = ModelServerBuilder.Create();
        builder.AddModelServer(args, OptionTypes);
        builder.Services.AddInference();
        return builder.Build().MapModelServer();
    }
}
