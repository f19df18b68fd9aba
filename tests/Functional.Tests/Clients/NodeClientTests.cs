using InferenceServices.Functional.Tests.Predictor;
using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.Clients;

/// <summary>Clients for Node against a predictor; each script documents its checks.</summary>
[Collection(nameof(PredictorFixture))]
public sealed class NodeClientTests(PredictorFixture predictor)
{
    [Fact(Skip = TestClients.NodeMissing, SkipUnless = nameof(TestClients.HasNode), SkipType = typeof(TestClients))]
    public async Task The_fetch_function_of_Node_works() => (await ClientProgram.NodeAsync("fetch.js", predictor.Server.Host)).AssertSuccess();

    [Fact(Skip = TestClients.NodeMissing, SkipUnless = nameof(TestClients.HasNode), SkipType = typeof(TestClients))]
    public async Task The_CloudEvents_SDK_works() => (await ClientProgram.NodeAsync("cloudevents.js", predictor.Server.Host)).AssertSuccess();

    [Fact(Skip = TestClients.NodeMissing, SkipUnless = nameof(TestClients.HasNode), SkipType = typeof(TestClients))]
    public async Task Grpc_js_works()
        => (await ClientProgram.NodeAsync(
            "grpc-calls.js", predictor.Server.GrpcAddress.Authority, Checkout.PathOf("src/Codecs/Grpc/inference.proto"))).AssertSuccess();
}
