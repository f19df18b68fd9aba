using InferenceServices.Functional.Tests.Servers;
using InferenceServices.Predictor;
using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.Predictor;

/// <summary>Starts predictors.</summary>
internal static class PredictorServers
{
    public static Task<RunningServer> StartAsync(string modelDir, params string[] switches)
        => RunningServer.StartAsync(PredictorHost.Build, [$"--model_dir={modelDir}", .. switches]);

    /// <param name="model">Name of a test model, also the name it is served under.</param>
    /// <param name="switches">Additional switches.</param>
    public static Task<RunningServer> StartModelAsync(string model, params string[] switches)
        => StartAsync(TestModels.PathOf(model), [$"--model_name={model}", .. switches]);
}
