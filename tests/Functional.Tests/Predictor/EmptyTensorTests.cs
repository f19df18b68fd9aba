using System.Globalization;
using System.Text;
using Grpc.Core;
using InferenceServices.Codecs.Grpc.Messages;
using InferenceServices.Functional.Tests.Grpc;
using InferenceServices.Functional.Tests.Servers;

namespace InferenceServices.Functional.Tests.Predictor;

/// <summary>Requests with empty tensors to graphs whose kernels end the process on such tensors.</summary>
[Collection(nameof(PredictorFixture))]
public sealed class EmptyTensorTests(PredictorFixture predictor)
{
    private const string NoTime =
        "input 'x' of model 'gru' has shape [1,0,4]: axis 1 is empty, and the graph has operators that may fail on empty tensors (GRU). Send at least one element along this axis";

    private const string NoSteps =
        "input 'x' of model 'lstm-time-first' has shape [0,1,2]: axis 0 is empty, and the graph has operators that may fail on empty tensors (LSTM). Send at least one element along this axis";

    private readonly RunningServer _server = predictor.Server;

    [Fact]
    public async Task Zero_rows_have_zero_rows_as_answer_on_each_protocol()
    {
        (await _server.PostAsync("/v1/models/gru:predict", """{"instances":[]}""")).AssertOk("""{"predictions":[]}""");
        (await _server.PostAsync("/v2/models/gru/infer", Json("gru", "0,5,4"))).AssertOk(
            """{"model_name":"gru","model_version":"1","id":"7","outputs":[{"name":"y","shape":[0,3],"datatype":"FP32","data":[]}]}""");
        var binary = await _server.PostAsync("/v2/models/gru/infer", Binary("0,5,4"));
        Assert.Equal(200, binary.Status);
        Assert.Contains("\"shape\":[0,3]", binary.Body, StringComparison.Ordinal);
        var rpc = await _server.Grpc.ModelInferAsync(Rpc("gru", 0, 5, 4));
        Assert.Equal([0L, 3L], Assert.Single(rpc.Outputs).Shape);
        await AssertServesAsync();
    }

    [Fact]
    public async Task An_empty_time_axis_is_an_error_on_each_protocol()
    {
        (await _server.PostAsync("/v1/models/gru:predict", """{"instances":[[]]}""")).AssertError(400, "invalid_input");
        (await _server.PostAsync("/v2/models/gru/infer", Json("gru", "1,0,4"))).AssertError(400, "invalid_input", NoTime);
        (await _server.PostAsync("/v2/models/gru/infer", Binary("1,0,4"))).AssertError(400, "invalid_input", NoTime);
        await RpcAssert.ErrorAsync(StatusCode.InvalidArgument, "invalid_input", NoTime, () => _server.Grpc.ModelInferAsync(Rpc("gru", 1, 0, 4)));
        (await _server.PostAsync("/v2/models/gru/infer", Json("gru", "0,0,4"))).AssertError(400, "invalid_input");
        await AssertServesAsync();
    }

    [Fact]
    public async Task An_empty_sequence_is_an_error_not_an_invented_row()
    {
        (await _server.PostAsync("/v1/models/lstm-time-first:predict", """{"instances":[]}""")).AssertError(400, "invalid_input", NoSteps);
        (await _server.PostAsync("/v2/models/lstm-time-first/infer", Json("lstm-time-first", "0,1,2"))).AssertError(400, "invalid_input", NoSteps);
        await RpcAssert.ErrorAsync(StatusCode.InvalidArgument, "invalid_input", NoSteps, () => _server.Grpc.ModelInferAsync(Rpc("lstm-time-first", 0, 1, 2)));
        await AssertServesAsync();
    }

    private async Task AssertServesAsync()
    {
        (await _server.PostAsync("/v1/models/gru:predict", """{"instances":[[[1,0,-1,0.5]]]}""")).AssertOk();
        (await _server.PostAsync("/v1/models/lstm-time-first:predict", """{"instances":[[[1,0]],[[0,1]]]}""")).AssertOk();
    }

    private static string Json(string model, string shape)
        => $$"""{"id":"{{(model == "gru" ? 7 : 8)}}","inputs":[{"name":"x","shape":[{{shape}}],"datatype":"FP32","data":[]}]}""";

    private static ByteArrayContent Binary(string shape)
    {
        var json = Encoding.UTF8.GetBytes(
            $$$"""{"parameters":{"binary_data_output":true},"inputs":[{"name":"x","shape":[{{{shape}}}],"datatype":"FP32","parameters":{"binary_data_size":0}}]}""");
        var content = new ByteArrayContent(json);
        content.Headers.TryAddWithoutValidation("Inference-Header-Content-Length", json.Length.ToString(CultureInfo.InvariantCulture));
        return content;
    }

    private static ModelInferRequest Rpc(string model, params long[] shape) => GrpcRequests.Typed(model, "x", shape);
}
