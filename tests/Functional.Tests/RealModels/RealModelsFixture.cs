using InferenceServices.Functional.Tests.Predictor;
using InferenceServices.Functional.Tests.Servers;
using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.RealModels;

/// <summary>A predictor with the models that <c>tests/RealModels/ensure</c> downloads.</summary>
public sealed class RealModelsFixture : IAsyncLifetime
{
    /// <summary>Reason for skipped tests.</summary>
    public const string ModelsMissing = "The models are missing: tests/RealModels/ensure downloads them.";

    private readonly TemporaryFolder _models = new();

    public static IReadOnlyList<string> Names { get; } = ["silero-vad", "pp-ocr-det", "pp-ocr-rec", "minilm"];

    public static bool HasModels => Names.All(name => File.Exists(PathOf($"{name}/model.onnx"))) && File.Exists(PathOf("sounds/speech.wav"));

    public RunningServer Server { get; private set; } = null!;

    public static string PathOf(string relative) => Checkout.PathOf(Path.Combine("artifacts", "real-models", relative));

    public async ValueTask InitializeAsync()
    {
        if (!HasModels) return;
        foreach (var name in Names) Directory.CreateSymbolicLink(_models.Below(name), PathOf(name));
        Server = await PredictorServers.StartAsync(_models.Path);
    }

    public async ValueTask DisposeAsync()
    {
        if (Server is not null) await Server.DisposeAsync();
        _models.Dispose();
    }
}

[CollectionDefinition(nameof(RealModelsFixture))]
public sealed class RealModelsTests : ICollectionFixture<RealModelsFixture>;
