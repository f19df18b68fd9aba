using System.Net;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Client.Tests;

public sealed class V1ProtocolTests
{
    [Fact]
    public async Task Inputs_are_sent_as_instances_and_predictions_are_found_by_any_name()
    {
        var sent = "";
        using var network = new FakeNetwork(async (request, token) =>
        {
            sent = $"{request.Content!.Headers.ContentType} {await request.Content.ReadAsStringAsync(token)}";
            return FakeNetwork.Respond("""{"predictions":[[0.25,1]]}""");
        });
        using var request = InferRequest.Of("ids", Tensor.Of<long>(Datatype.Int64, new Shape(1, 2), [7, 8])) with { Id = "7" };

        using var response = await Predictor(network).InferAsync("a model", null, request, CancellationToken.None);

        Assert.Equal(["POST /v1/models/a%20model:predict"], network.Requests);
        Assert.Equal("""application/json {"instances":[[7,8]]}""", sent);
        Assert.Equal([0.25f, 1f], response["probabilities"].Values<float>().ToArray());
        Assert.Equal(new Shape(1, 2), response["anything"].Shape);
    }

    [Fact]
    public async Task Versions_and_metadata_are_not_supported()
    {
        using var network = new FakeNetwork(() => throw new InvalidOperationException());
        using var request = InferRequest.Of("x", Tensor.Of<float>(Datatype.Fp32, new Shape(1), [1]));
        var predictor = Predictor(network);

        Assert.Equal(404, (await Assert.ThrowsAsync<ModelNotFoundException>(async () => await predictor.InferAsync("m", "2", request, CancellationToken.None))).StatusCode);
        Assert.Equal(501, (await Assert.ThrowsAsync<NotSupportedByModelException>(async () => await predictor.GetMetadataAsync("m", null, CancellationToken.None))).StatusCode);
        Assert.Empty(network.Requests);
    }

    [Fact]
    public async Task An_invalid_V1_response_is_an_error_of_the_predictor()
    {
        using var network = new FakeNetwork(() => FakeNetwork.Respond(FakeNetwork.Answer.Replace("outputs", "results", StringComparison.Ordinal)));

        var exception = await Assert.ThrowsAsync<PredictorException>(() => FakeNetwork.InferAsync(Predictor(network)));

        Assert.Equal((502, "predictor_failed"), (exception.StatusCode, exception.Code));
    }

    [Theory]
    [InlineData(200, 200, true)]
    [InlineData(503, 200, false)]
    [InlineData(200, 503, false)]
    [InlineData(200, 404, false)]
    public async Task Server_and_model_must_be_ready(int server, int model, bool ready)
    {
        using var network = new FakeNetwork((request, _) => Task.FromResult(
            FakeNetwork.Respond("{}", (HttpStatusCode)(request.RequestUri!.AbsolutePath == "/" ? server : model))))
        { Options = { EnablePredictorHealthCheck = true } };

        Assert.Equal(ready, await Predictor(network).IsReadyAsync("m", null, CancellationToken.None));
        Assert.Equal(server == 200 ? ["GET /", "GET /v1/models/m"] : ["GET /"], network.Requests);
    }

    private static RemotePredictor Predictor(FakeNetwork network) => network.Predictor(http => new V1Protocol(http));
}
