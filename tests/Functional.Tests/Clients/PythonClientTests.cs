using InferenceServices.Functional.Tests.Predictor;
using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.Clients;

/// <summary>Clients for Debian's Python against a predictor; each script documents its checks.</summary>
[Collection(nameof(PredictorFixture))]
public sealed class PythonClientTests(PredictorFixture predictor)
{
    [Fact(Skip = TestClients.PythonMissing, SkipUnless = nameof(TestClients.HasPython), SkipType = typeof(TestClients))]
    public async Task A_REST_client_like_Tritons_works() => await AssertSuccessAsync("triton_rest.py");

    [Fact(Skip = TestClients.PythonMissing, SkipUnless = nameof(TestClients.HasPython), SkipType = typeof(TestClients))]
    public async Task A_REST_client_like_KServes_works() => await AssertSuccessAsync("kserve_rest.py");

    [Fact(Skip = TestClients.PythonMissing, SkipUnless = nameof(TestClients.HasPython), SkipType = typeof(TestClients))]
    public async Task The_HTTP_clients_of_the_standard_library_work() => await AssertSuccessAsync("plain_http.py");

    [Fact(Skip = TestClients.PythonMissing, SkipUnless = nameof(TestClients.HasPython), SkipType = typeof(TestClients))]
    public async Task Grpcio_from_Debian_works()
        => (await ClientProgram.PythonAsync("grpc_calls.py", predictor.Server.GrpcAddress.Authority)).AssertSuccess();

    [Fact(Skip = TestClients.PythonMissing, SkipUnless = nameof(TestClients.HasPython), SkipType = typeof(TestClients))]
    public async Task A_client_like_Tritons_loads_unloads_and_reads_statistics()
    {
        // A separate server: the script unloads a model.
        using var models = TemporaryFolder.Of("iris-mlp", "versioned");
        await using var server = await PredictorServers.StartAsync(models.Path);

        (await ClientProgram.PythonAsync("triton_extras.py", server.Host)).AssertSuccess();
    }

    private async Task AssertSuccessAsync(string script) => (await ClientProgram.PythonAsync(script, predictor.Server.Host)).AssertSuccess();
}
