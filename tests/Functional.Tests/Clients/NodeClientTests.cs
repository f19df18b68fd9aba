using InferenceServices.Functional.Tests.Predictor;
using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.Clients;

/// <summary>Node and packages for it against a predictor; each script says what it asks.</summary>
[Collection(nameof(PredictorFixture))]
public sealed class NodeClientTests(PredictorFixture predictor)
{
    [Fact(Skip = TestClients.NodeMissing, SkipUnless = nameof(TestClients.HasNode), SkipType = typeof(TestClients))]
    public async Task Nodes_own_fetch_is_content() => (await ClientProgram.NodeAsync("fetch.js", predictor.Server.Host)).AssertContent();

    [Fact(Skip = TestClients.NodeMissing, SkipUnless = nameof(TestClients.HasNode), SkipType = typeof(TestClients))]
    public async Task The_CloudEvents_SDK_is_content() => (await ClientProgram.NodeAsync("cloudevents.js", predictor.Server.Host)).AssertContent();

    [Fact(Skip = TestClients.NodeMissing, SkipUnless = nameof(TestClients.HasNode), SkipType = typeof(TestClients))]
    public async Task Grpc_js_is_content()
        => (await ClientProgram.NodeAsync(
            "grpc-calls.js", predictor.Server.GrpcAddress.Authority, Checkout.PathOf("src/Codecs/Grpc/inference.proto"))).AssertContent();
}
