using InferenceServices.Functional.Tests.Servers;
using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.Predictor;

/// <summary>A predictor with every valid test model.</summary>
public sealed class PredictorFixture : IAsyncLifetime
{
    public const int PayloadLimit = 20_000_000;

    private readonly TemporaryFolder _models = TemporaryFolder.Of(ModelNames);

    public static IReadOnlyList<string> ModelNames { get; } = [.. TestModels.Names.Select(name => name.Split('/')[0]).Distinct()];

    public RunningServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync()
        => Server = await PredictorServers.StartAsync(_models.Path, $"--request_payload_limit={PayloadLimit}", "--intra_op_num_threads=1");

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        _models.Dispose();
    }
}

[CollectionDefinition(nameof(PredictorFixture))]
public sealed class PredictorTests : ICollectionFixture<PredictorFixture>;
