using System.Globalization;
using System.Text;
using Grpc.Core;
using InferenceServices.Codecs.Grpc.Messages;
using InferenceServices.Functional.Tests.Grpc;
using InferenceServices.Functional.Tests.Servers;

namespace InferenceServices.Functional.Tests.Predictor;

/// <summary>Errors about long texts of a client: each text is cut after 200 characters.</summary>
[Collection(nameof(PredictorFixture))]
public sealed class LongTextTests(PredictorFixture predictor)
{
    private static readonly string Long = new('z', 5_000);
    private static readonly string Tensor = $$"""{"name":"{{Long}}","shape":[1,4],"datatype":"FP32","data":[1,2,3,4]}""";

    private readonly RunningServer _server = predictor.Server;

    public static TheoryData<string, string> Bodies { get; } = new()
    {
        { "/v1/models/iris-mlp:predict", $$$"""{"inputs":{"{{{Long}}}":[[1,2,3,4]]}}""" },
        { "/v1/models/iris-mlp:predict", $$"""{"instances":[{"{{Long}}":[1,2,3,4]}]}""" },
        { "/v1/models/iris-mlp:predict", $$"""{"instances":["{{Long}}"]}""" },
        { "/v2/models/iris-mlp/infer", $$"""{"inputs":[{{Tensor}}]}""" },
        { "/v2/models/iris-mlp/infer", $$"""{"inputs":[{{Tensor}},{{Tensor}}]}""" },
        { "/v2/models/iris-mlp/infer", $$"""{"inputs":[{{Tensor.Replace("[1,4]", "[1,5]", StringComparison.Ordinal)}}]}""" },
        { "/v2/models/iris-mlp/infer", $$"""{"inputs":[{{Tensor.Replace("[1,2,3,4]", "[1,2,3,\"z\"]", StringComparison.Ordinal)}}]}""" },
        { "/v2/models/iris-mlp/infer", $$"""{"inputs":[{{Tensor.Replace("FP32", Long, StringComparison.Ordinal)}}]}""" },
        { "/v2/models/iris-mlp/infer", $$"""{"inputs":[{"name":"{{Long}}"}]}""" },
        { "/v2/models/iris-mlp/infer", $$$"""{"inputs":[{"name":"x","shape":[1,4],"datatype":"FP32","parameters":{"{{{Long}}}":[]},"data":[1,2,3,4]}]}""" },
        { "/v2/models/iris-mlp/infer", $$"""{"inputs":[{"name":"x","shape":[1,4],"datatype":"FP32","data":[1,2,3,4]}],"outputs":[{"name":"{{Long}}"}]}""" },
        { "/v2/models/iris-mlp/infer", $$"""{"inputs":[{"name":"x","shape":[{{string.Join(',', Enumerable.Repeat(9_000_000_000_000_000_000, 32))}}],"datatype":"FP32","data":[1,2,3,4]}]}""" },
        { "/v2/models/iris-mlp/infer", $$"""{"inputs":[{"name":"x","shape":[{{string.Join(',', Enumerable.Repeat(1_000_000_000_000_000_000, 31))}},0],"datatype":"FP32","data":[]}]}""" },
        { "/v2/repository/models/iris-mlp/load", $$$"""{"parameters":{"{{{Long}}}":1}}""" },
        { "/v2/models/" + Long + "/infer", "{}" },
        { "/v1/models/" + Long + ":predict", "{}" },
        { "/v2/models/iris-mlp/versions/" + Long + "/infer", "{}" },
        { "/v2/repository/models/" + Long + "/load", "{}" },
        { "/" + Long, "{}" },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task A_long_text_is_cut_in_an_error(string path, string body)
    {
        var answer = await _server.PostAsync(path, body);
        Assert.InRange(answer.Status, 400, 499);
        AssertShort(answer.Json.GetProperty("error").GetString()!);
    }

    [Theory]
    [InlineData("Content-Encoding")]
    [InlineData("Inference-Header-Content-Length")]
    [InlineData("ce-specversion")]
    public async Task A_long_header_is_cut_in_an_error(string header)
    {
        var content = RunningServer.Json("""{"inputs":[{"name":"x","shape":[1,4],"datatype":"FP32","data":[1,2,3,4]}]}""");
        content.Headers.TryAddWithoutValidation(header, Long);
        var answer = await _server.PostAsync("/v2/models/iris-mlp/infer", content);
        Assert.InRange(answer.Status, 400, 499);
        AssertShort(answer.Json.GetProperty("error").GetString()!);
    }

    [Fact]
    public async Task A_long_text_is_cut_in_an_error_over_grpc()
    {
        ModelInferRequest[] requests =
        [
            GrpcRequests.Typed(Long, "x", [1, 4], 1, 2, 3, 4),
            GrpcRequests.Typed("iris-mlp", Long, [1, 4], 1, 2, 3, 4),
            GrpcRequests.Typed("iris-mlp", Long, [1, 5], 1, 2, 3, 4),
            GrpcRequests.Typed("iris-mlp", "x", [.. Enumerable.Repeat(long.MaxValue, 32)], 1, 2, 3, 4),
            new(GrpcRequests.Typed("iris-mlp", "x", [1, 4], 1, 2, 3, 4)) { ModelVersion = Long },
            new(GrpcRequests.Typed("iris-mlp", "x", [1, 4], 1, 2, 3, 4)) { Outputs = { new ModelInferRequest.Types.InferRequestedOutputTensor { Name = Long } } },
            new(GrpcRequests.Typed("iris-mlp", "x", [1, 4], 1, 2, 3, 4)) { Parameters = { ["triton_" + Long] = new() { BoolParam = true } } },
            GrpcRequests.Typed("iris-mlp", "x", [1, 4], 1, 2, 3, 4),
        ];
        requests[^1].Inputs[0].Datatype = Long;
        foreach (var request in requests)
        {
            var error = await Assert.ThrowsAsync<RpcException>(async () => await _server.Grpc.ModelInferAsync(request));
            Assert.Contains(error.StatusCode, new[] { StatusCode.InvalidArgument, StatusCode.NotFound });
            AssertShort(error.Status.Detail);
        }
        var loaded = await Assert.ThrowsAsync<RpcException>(async () => await _server.Grpc.RepositoryModelLoadAsync(new RepositoryModelLoadRequest { ModelName = Long }));
        AssertShort(loaded.Status.Detail);
    }

    [Fact]
    public async Task A_shape_whose_product_overflows_never_reaches_the_statistics()
    {
        (await _server.PostAsync("/v2/models/free/infer", """{"inputs":[{"name":"x","shape":[9223372036854775807,0],"datatype":"FP32","data":[]}]}""")).AssertError(400, "invalid_input");
        (await _server.PostAsync("/v2/models/free/infer", """{"inputs":[{"name":"x","shape":[0,9223372036854775807],"datatype":"FP32","data":[]}]}""")).AssertError(400, "invalid_input");
        await RpcAssert.ErrorAsync(StatusCode.InvalidArgument, "invalid_input", () => _server.Grpc.ModelInferAsync(GrpcRequests.Typed("free", "x", [long.MaxValue, 0])));
        var statistics = (await _server.GetAsync("/v2/models/free/stats")).AssertOk().Json.GetProperty("model_stats")[0];
        Assert.InRange(long.Parse(statistics.GetProperty("inference_count").ToString(), CultureInfo.InvariantCulture), 0, 1_000_000);
    }

    private static void AssertShort(string error)
    {
        Assert.DoesNotContain(new string('z', 201), error, StringComparison.Ordinal);
        Assert.DoesNotContain(string.Concat(Enumerable.Repeat("000000000000000000,", 11)), error, StringComparison.Ordinal);
        Assert.InRange(Encoding.UTF8.GetByteCount(error), 1, 1_000);
    }
}
