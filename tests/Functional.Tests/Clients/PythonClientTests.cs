using InferenceServices.Functional.Tests.Predictor;
using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.Clients;

/// <summary>Debian's python against a predictor; each script says what it asks.</summary>
[Collection(nameof(PredictorFixture))]
public sealed class PythonClientTests(PredictorFixture predictor)
{
    [Fact(Skip = TestClients.PythonMissing, SkipUnless = nameof(TestClients.HasPython), SkipType = typeof(TestClients))]
    public async Task A_client_like_Tritons_over_REST_is_content() => await AssertContentAsync("triton_rest.py");

    [Fact(Skip = TestClients.PythonMissing, SkipUnless = nameof(TestClients.HasPython), SkipType = typeof(TestClients))]
    public async Task A_client_like_KServes_over_REST_is_content() => await AssertContentAsync("kserve_rest.py");

    [Fact(Skip = TestClients.PythonMissing, SkipUnless = nameof(TestClients.HasPython), SkipType = typeof(TestClients))]
    public async Task Pythons_own_clients_are_content() => await AssertContentAsync("plain_http.py");

    [Fact(Skip = TestClients.PythonMissing, SkipUnless = nameof(TestClients.HasPython), SkipType = typeof(TestClients))]
    public async Task Debians_grpcio_is_content()
        => (await ClientProgram.PythonAsync("grpc_calls.py", predictor.Server.GrpcAddress.Authority)).AssertContent();

    [Fact(Skip = TestClients.PythonMissing, SkipUnless = nameof(TestClients.HasPython), SkipType = typeof(TestClients))]
    public async Task A_client_like_Tritons_loads_unloads_and_reads_statistics()
    {
        // Its own server: others would miss the model that goes.
        using var models = TemporaryFolder.Of("iris-mlp", "versioned");
        await using var server = await PredictorServers.StartAsync(models.Path);

        (await ClientProgram.PythonAsync("triton_extras.py", server.Host)).AssertContent();
    }

    private async Task AssertContentAsync(string script) => (await ClientProgram.PythonAsync(script, predictor.Server.Host)).AssertContent();
}
