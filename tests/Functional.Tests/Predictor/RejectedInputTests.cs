using System.Globalization;
using System.Text;
using System.Text.Json;
using Grpc.Core;
using InferenceServices.Functional.Tests.Grpc;
using InferenceServices.Functional.Tests.Servers;
using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.Predictor;

/// <summary>Requests that match a model's signature, but on whose values or shapes a node of the graph fails.</summary>
public sealed class RejectedInputTests(RejectedInputTests.Fixture fixture) : IClassFixture<RejectedInputTests.Fixture>
{
    private readonly RunningServer _server = fixture.Server;

    public static TheoryData<string, string, string> Cases { get; } = new()
    {
        { "one-hot", Texts("c"), "node OneHotEncoder: Unknown Category and zeros = 0." },
        { "reshape", Floats("x", "1,3"), "node Reshape: The input tensor cannot be reshaped to the requested shape. Input shape:{1,3}, requested shape:{-1,4}" },
        { "top-k", Floats("x", "1,3"), "node TopK: k argument [5] should not be greater than specified axis dim value [3]" },
        { "gather-elements", Integers("x", "1,2", "9,0"), "node GatherElements: GatherElements op: Out of range value in index tensor" },
        { "cast", Texts("abc"), "node Cast: a string is not a number, or is out of range" },
        { "positions", Floats("x", "1,9,2"), "node Add '/embeddings/Add': Attempting to broadcast an axis by a dimension other than 1. 8 by 9" },
        { "expand", Floats("x", "3") + "," + Integers("to", "1", "2"), "node Expand: invalid expand shape" },
        { "slice", Floats("x", "3") + "," + Integers("from", "2", "0,0") + "," + Integers("to", "2", "1,1"), "node Slice: " },
        { "matmul", Floats("x", "1,4"), "node MatMul: MatMul dimension mismatch" },
        { "conv", Floats("x", "1,1,2,2"), "node Conv" },
        { "max-pool", Floats("x", "1,1,2,2"), "node MaxPool: Calculated output dimension is negative. Check kernel_shape, pads, strides and dilations." },
        { "where", """{"name":"c","shape":[2],"datatype":"BOOL","data":[true,false]},""" + Floats("a", "3") + "," + Floats("b", "4"), "node Where: Attempting to broadcast an axis by a dimension other than 1. 2 by 3" },
        { "trees", Floats("x", "1,2"), "node TreeEnsembleRegressor: One path in the graph requests feature 2 but input tensor has 2 features." },
        { "branch", """{"name":"c","shape":[1],"datatype":"BOOL","data":[true]},""" + Integers("x", "1,2", "9,0"), "node GatherElements: GatherElements op: Out of range value in index tensor" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_node_that_fails_on_the_input_is_a_client_error_with_the_reason_on_each_protocol(string model, string inputs, string reason)
    {
        var expected = $"model '{model}' cannot take this input: {reason}";
        using var json = JsonDocument.Parse($"[{inputs}]");
        var request = GrpcRequests.Of(model, json.RootElement.EnumerateArray(), [], raw: true);
        foreach (var answer in new[] { await _server.PostAsync($"/v2/models/{model}/infer", $$"""{"inputs":[{{inputs}}]}"""), await _server.PostAsync($"/v2/models/{model}/infer", Binary(json)) })
            AssertReason(expected, answer.AssertError(400, "invalid_input"));
        var error = await RpcAssert.ErrorAsync(StatusCode.InvalidArgument, "invalid_input", () => _server.Grpc.ModelInferAsync(request));
        AssertReason(expected, error.Status.Detail);
    }

    [Fact]
    public async Task A_node_that_fails_on_the_input_is_a_client_error_over_V1()
    {
        (await _server.PostAsync("/v1/models/matmul:predict", """{"instances":[[1,2,3,4]]}""")).AssertError(
            400, "invalid_input", "model 'matmul' cannot take this input: node MatMul: MatMul dimension mismatch");
        (await _server.PostAsync("/v1/models/one-hot:predict", """{"instances":["a","c"]}""")).AssertError(
            400, "invalid_input", "model 'one-hot' cannot take this input: node OneHotEncoder: Unknown Category and zeros = 0.");
        (await _server.PostAsync("/v1/models/one-hot:predict", """{"instances":["a","b"]}""")).AssertOk("""{"predictions":[[1,0],[0,1]]}""");
    }

    [Fact]
    public async Task A_value_that_is_too_large_a_length_is_a_client_error()
        => AssertReason(
            "model 'large' cannot take this input: node ConstantOfShape: more than ",
            (await _server.PostAsync("/v2/models/large/infer", $$"""{"inputs":[{{Integers("x", "1", "1099511627776")}}]}""")).AssertError(400, "invalid_input"));

    private static void AssertReason(string expected, string error)
    {
        Assert.StartsWith(expected, error, StringComparison.Ordinal);
        Assert.DoesNotContain("onnxruntime", error, StringComparison.OrdinalIgnoreCase);
        Assert.InRange(error.Length, 0, 500);
    }

    private static ByteArrayContent Binary(JsonDocument inputs)
    {
        var heads = new List<string>();
        var data = new MemoryStream();
        foreach (var input in inputs.RootElement.EnumerateArray())
        {
            using var tensor = ExpectedTensors.ToTensor(input);
            data.Write(tensor.Bytes);
            heads.Add($$$"""{"name":"{{{input.GetProperty("name")}}}","shape":{{{input.GetProperty("shape")}}},"datatype":"{{{input.GetProperty("datatype")}}}","parameters":{"binary_data_size":{{{tensor.Bytes.Length}}}}}""");
        }
        var json = Encoding.UTF8.GetBytes($$"""{"inputs":[{{string.Join(',', heads)}}]}""");
        var content = new ByteArrayContent([.. json, .. data.ToArray()]);
        content.Headers.TryAddWithoutValidation("Inference-Header-Content-Length", json.Length.ToString(CultureInfo.InvariantCulture));
        return content;
    }

    private static string Texts(string text) => $$"""{"name":"x","shape":[1],"datatype":"BYTES","data":["{{text}}"]}""";

    private static string Integers(string name, string shape, string data) => $$"""{"name":"{{name}}","shape":[{{shape}}],"datatype":"INT64","data":[{{data}}]}""";

    private static string Floats(string name, string shape)
    {
        var count = shape.Split(',').Aggregate(1, (product, dim) => product * int.Parse(dim, CultureInfo.InvariantCulture));
        return $$"""{"name":"{{name}}","shape":[{{shape}}],"datatype":"FP32","data":[{{string.Join(',', Enumerable.Repeat(1, count))}}]}""";
    }

    /// <summary>A predictor with the models of <c>rejecting</c>.</summary>
    public sealed class Fixture : IAsyncLifetime
    {
        public RunningServer Server { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Server = await PredictorServers.StartAsync(TestModels.PathOf("rejecting"));

        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }
}
