using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Grpc.Core;
using InferenceServices.Codecs.Grpc.Messages;
using InferenceServices.Functional.Tests.Grpc;
using InferenceServices.Functional.Tests.Servers;
using InferenceServices.Onnx;
using InferenceServices.Testing;
using Microsoft.ML.OnnxRuntime;

namespace InferenceServices.Functional.Tests.Predictor;

/// <summary>Graphs that are changed at load, and kinds of inputs and outputs that few models have, over V1, V2, binary V2 and gRPC.</summary>
[Collection(nameof(PredictorFixture))]
public sealed class GraphTests(PredictorFixture predictor)
{
    private const string Setosa = "[5.1,3.5,1.4,0.2]";

    private readonly RunningServer _server = predictor.Server;

    public static TheoryData<string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (var (model, name) in ExpectedCase.All.Where(found => found.Model is "zipmap" or "zipmap-integers" or "optional-output" or "division" or "value-sizes" or "cut" or "empty-loop" or "overridable" or "no-inputs" or "batch-of-one" or "datatypes"))
                cases.Add(model, name);
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Binary_and_grpc_return_the_expected_outputs(string model, string name)
    {
        var expected = ExpectedCase.Of(model, name);
        var request = GrpcRequests.Of(model, expected.Inputs, expected.Outputs, raw: true);

        var rpc = await _server.Grpc.ModelInferAsync(request);
        var (json, binary) = await InferBinaryAsync(model, request);

        for (var i = 0; i < expected.Outputs.Count; i++)
        {
            var raw = rpc.RawOutputContents.Count > 0 ? rpc.RawOutputContents[i].ToByteArray() : TypedBytes(expected.Outputs[i], rpc.Outputs[i]);
            ExpectedTensors.AssertEqual(expected.Outputs[i], TensorOf(expected.Outputs[i], raw), expected.Tolerance);
            ExpectedTensors.AssertEqual(expected.Outputs[i], TensorOf(expected.Outputs[i], binary[i]), expected.Tolerance);
            Assert.Equal(ExpectedCase.Dims(expected.Outputs[i]), json["outputs"]![i]!["shape"]!.AsArray().Select(dim => dim!.GetValue<long>()));
        }
    }

    [Fact]
    public async Task Maps_have_class_names_and_probabilities_on_V1()
    {
        var names = (await _server.PostAsync("/v1/models/zipmap:predict", $"{{\"instances\":[{Setosa}]}}")).AssertOk().Json.GetProperty("predictions")[0];
        var integers = (await _server.PostAsync("/v1/models/zipmap-integers:predict", $"{{\"inputs\":[{Setosa}]}}")).AssertOk().Json.GetProperty("outputs");

        Assert.Equal(["label", "output_probability"], names.EnumerateObject().Select(field => field.Name));
        var probabilities = names.GetProperty("output_probability").EnumerateObject().ToDictionary(field => field.Name, field => field.Value.GetDouble());
        Assert.Equal(["setosa", "versicolor", "virginica"], probabilities.Keys);
        Assert.Equal(1, probabilities.Values.Sum(), 1e-5);
        Assert.Equal(names.GetProperty("label").GetString(), probabilities.MaxBy(pair => pair.Value).Key);
        Assert.Equal(["10", "20", "30"], integers.GetProperty("probabilities")[0].EnumerateObject().Select(field => field.Name));
        Assert.Equal(10, integers.GetProperty("label")[0].GetInt64());
    }

    [Fact]
    public async Task Keys_of_maps_are_labels_of_the_output()
    {
        (await _server.GetAsync("/v2/models/zipmap")).AssertOk(
            """{"name":"zipmap","versions":["1"],"platform":"onnxruntime_onnx","inputs":[{"name":"x","datatype":"FP32","shape":[-1,4]}],"""
            + "\"outputs\":[{\"name\":\"label\",\"datatype\":\"BYTES\",\"shape\":[-1]},"
            + """{"name":"output_probability","datatype":"FP32","shape":[-1,3],"labels":["setosa","versicolor","virginica"]}]}""");
        var classes = await _server.PostAsync(
            "/v2/models/zipmap-integers/infer",
            $"{{\"inputs\":[{{\"name\":\"x\",\"shape\":[1,4],\"datatype\":\"FP32\",\"data\":{Setosa}}}],\"outputs\":[{{\"name\":\"probabilities\",\"parameters\":{{\"classification\":1}}}}]}}");
        Assert.EndsWith(":0:10", classes.AssertOk().Json.GetProperty("outputs")[0].GetProperty("data")[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_optional_output_without_a_value_is_a_client_error()
    {
        const string negative = """{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[-1]}]}""";

        (await _server.PostAsync("/v1/models/optional-output:predict", """{"instances":[4]}""")).AssertOk("""{"predictions":[2]}""");
        Assert.Contains("output y has no value", (await _server.PostAsync("/v2/models/optional-output/infer", negative)).AssertError(400, "invalid_input"), StringComparison.Ordinal);
        Assert.Contains("output y has no value", (await _server.PostAsync("/v1/models/optional-output:predict", """{"instances":[-1]}""")).AssertError(400, "invalid_input"), StringComparison.Ordinal);
        await RpcAssert.ErrorAsync(StatusCode.InvalidArgument, "invalid_input", () => _server.Grpc.ModelInferAsync(GrpcRequests.Typed("optional-output", "x", [1], -1)));
    }

    [Fact]
    public async Task Division_by_zero_is_a_client_error()
    {
        const string json = """{"inputs":{"a":[5],"b":[0],"c":[1],"d":[1]}}""";
        var request = GrpcRequests.Of("division", ExpectedCase.Of("division", "ordinary numbers").Inputs, [], raw: true);
        request.RawInputContents[1] = ByteString.CopyFrom(new byte[5 * sizeof(long)]);

        Assert.Contains("by zero", (await _server.PostAsync("/v1/models/division:predict", json)).AssertError(400, "invalid_input"), StringComparison.Ordinal);
        await RpcAssert.ErrorAsync(StatusCode.InvalidArgument, "invalid_input", () => _server.Grpc.ModelInferAsync(request));
        (await _server.PostAsync("/v1/models/division:predict", """{"instances":[{"a":7,"b":2,"c":7,"d":-2}]}""")).AssertOk();
    }

    [Theory]
    [InlineData(0, 0, "frame_length is 0")]
    [InlineData(9223372036854775807, 16, "more than")]
    [InlineData(2147483647, 16, "more than")]
    [InlineData(100000000000, 16, "more than")]
    public async Task A_value_that_a_kernel_does_not_survive_is_a_client_error(long count, long frame, string reason)
    {
        var error = (await _server.PostAsync("/v1/models/value-sizes:predict", $"{{\"inputs\":{{\"count\":{count},\"frame\":{frame}}}}}")).AssertError(400, "invalid_input");

        Assert.Contains(reason, error, StringComparison.Ordinal);
        (await _server.PostAsync("/v1/models/value-sizes:predict", """{"inputs":{"count":3,"frame":16}}""")).AssertOk();
    }

    [Theory]
    [InlineData(0, 3, "node InstanceNormalization normalize: input 1 of the node is empty along axis 2 or later")]
    [InlineData(2, 9223372036854775807, "node Pad pad: more than")]
    [InlineData(2, 100000000000, "node Pad pad: more than")]
    public async Task A_tensor_that_becomes_empty_or_too_large_inside_the_graph_is_a_client_error(long length, long padding, string reason)
    {
        var request = GrpcRequests.Of("cut", ExpectedCase.Of("cut", "2 numbers").Inputs, [], raw: true);
        request.RawInputContents[1] = ByteString.CopyFrom(BitConverter.GetBytes(length));
        request.RawInputContents[2] = ByteString.CopyFrom(BitConverter.GetBytes(padding));
        var v2 = $"{{\"inputs\":[{{\"name\":\"x\",\"shape\":[1,1,2],\"datatype\":\"FP32\",\"data\":[1,2]}},{{\"name\":\"length\",\"shape\":[],\"datatype\":\"INT64\",\"data\":[{length}]}},"
            + $"{{\"name\":\"padding\",\"shape\":[],\"datatype\":\"INT64\",\"data\":[{padding}]}}]}}";

        Assert.Contains(reason, (await _server.PostAsync("/v1/models/cut:predict", $"{{\"inputs\":{{\"x\":[[[1,2]]],\"length\":{length},\"padding\":{padding}}}}}")).AssertError(400, "invalid_input"), StringComparison.Ordinal);
        Assert.Contains(reason, (await _server.PostAsync("/v2/models/cut/infer", v2)).AssertError(400, "invalid_input"), StringComparison.Ordinal);
        await RpcAssert.ErrorAsync(StatusCode.InvalidArgument, "invalid_input", () => _server.Grpc.ModelInferAsync(request));
        (await _server.PostAsync("/v1/models/cut:predict", """{"inputs":{"x":[[[1,2]]],"length":2,"padding":0}}""")).AssertOk();
    }

    [Theory]
    [InlineData("9223372036854775807")]
    [InlineData("-9223372036854775808")]
    [InlineData("1099511627776")]
    [InlineData("-1")]
    [InlineData("0")]
    public async Task Extreme_values_do_not_end_a_server_with_a_file_in_ORT_format(string value)
    {
        using var models = new TemporaryFolder();
        using (var options = new SessionOptions { OptimizedModelFilePath = Directory.CreateDirectory(models.Below("sizes")).FullName + "/model.ort" })
        {
            options.AddSessionConfigEntry("session.save_model_format", "ORT");
            var graph = new GraphBuilder("sizes");
            graph.Input("count", OnnxDatatype.Int64);
            graph.Node("Range", "range", graph.Constant("zero", [0L]), "count", graph.Constant("one", [1L]));
            graph.Node("Reshape", "lengths", "count", graph.Constant("vector", [-1L], 1));
            graph.Node("ConstantOfShape", "zeros", "lengths");
            graph.Node("HannWindow", "window", "count");
            graph.Node("Shape", "range_shape", "range");
            graph.Node("Shape", "zeros_shape", "zeros");
            graph.Node("Shape", "window_shape", "window");
            graph.Node("Add", "y", "range_shape", "zeros_shape");
            graph.Node("Add", "sizes", "y", "window_shape");
            graph.Output("sizes", OnnxDatatype.Int64, 1);
            var model = new ModelProto { IrVersion = 8, Graph = graph.Graph, OpsetImport = { new OperatorSetIdProto { Version = 17 } } };
            new InferenceSession(model.ToByteArray(), options).Dispose();
        }
        await using var server = await PredictorServers.StartAsync(models.Path);

        var status = (await server.PostAsync("/v1/models/sizes:predict", $"{{\"inputs\":{{\"count\":{value}}}}}")).Status;

        Assert.True(status is 200 or 400 or 413 or 429 or 503 or 504, $"{status}");
        (await server.PostAsync("/v1/models/sizes:predict", """{"inputs":{"count":4}}""")).AssertOk("""{"outputs":[12]}""");
    }

    [Fact]
    public async Task A_loop_without_nodes_ends_at_the_deadline()
    {
        const string forever = """{"parameters":{"timeout":200000},"inputs":[{"name":"turns","shape":[1],"datatype":"INT64","data":[9223372036854775807]},{"name":"x","shape":[1],"datatype":"FP32","data":[1]}]}""";

        (await _server.PostAsync("/v2/models/empty-loop/infer", forever)).AssertError(504, "request_timeout");
        (await _server.PostAsync("/v1/models/empty-loop:predict", """{"instances":[{"turns":2,"x":3}]}""")).AssertOk("""{"predictions":[3]}""");
    }

    [Fact]
    public async Task An_initializer_that_is_an_input_is_optional()
    {
        (await _server.GetAsync("/v2/models/overridable")).AssertOk(
            """{"name":"overridable","versions":["1"],"platform":"onnxruntime_onnx","inputs":[{"name":"x","datatype":"FP32","shape":[-1,2]},"""
            + """{"name":"scale","datatype":"FP32","shape":[2],"optional":true}],"outputs":[{"name":"y","datatype":"FP32","shape":[-1,2]}]}""");
        (await _server.PostAsync("/v1/models/overridable:predict", """{"instances":[[1,2]]}""")).AssertOk("""{"predictions":[[2,20]]}""");
        (await _server.PostAsync("/v1/models/overridable:predict", """{"instances":[{"x":[1,2]}]}""")).AssertOk("""{"predictions":[[2,20]]}""");
        (await _server.PostAsync("/v1/models/overridable:predict", """{"inputs":{"x":[[1,2]],"scale":[3,4]}}""")).AssertOk("""{"outputs":[[3,8]]}""");
        (await _server.PostAsync("/v1/models/overridable:predict", """{"inputs":{"scale":[3,4]}}""")).AssertError(400, "invalid_input");
        (await _server.PostAsync("/v1/models/overridable:predict", """{"inputs":{"x":[[1,2]],"scale":[3]}}""")).AssertError(400, "invalid_input");
    }

    [Fact]
    public async Task A_graph_without_inputs_can_be_called()
    {
        (await _server.PostAsync("/v1/models/no-inputs:predict", """{"inputs":{}}""")).AssertOk("""{"outputs":[2,3,5,7]}""");
        (await _server.PostAsync("/v1/models/no-inputs:predict", """{"instances":[{}]}""")).AssertOk("""{"predictions":[[2,3,5,7]]}""");
        (await _server.PostAsync("/v2/models/no-inputs/infer", """{"id":"7","inputs":[]}""")).AssertOk(
            """{"model_name":"no-inputs","model_version":"1","id":"7","outputs":[{"name":"y","shape":[4],"datatype":"INT64","data":[2,3,5,7]}]}""");
        (await _server.PostAsync("/v2/models/iris-mlp/infer", """{"inputs":[]}""")).AssertError(
            400, "invalid_input", "expected 1 inputs but got 0 inputs for model 'iris-mlp'. Got input(s) [''], but missing required input(s) ['x'].");
        (await _server.PostAsync("/v2/models/no-inputs/infer", """{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[1]}]}""")).AssertError(400, "invalid_input");
    }

    [Fact]
    public async Task Instances_of_a_model_with_a_fixed_batch_of_one_run_one_by_one()
    {
        (await _server.PostAsync("/v1/models/batch-of-one:predict", """{"instances":[[1,2,3],[4,5,-6],[0,0.5,0]]}""")).AssertOk(
            """{"predictions":[{"sum":[6],"largest":3},{"sum":[3],"largest":5},{"sum":[0.5],"largest":0.5}]}""");
        (await _server.PostAsync("/v1/models/batch-of-one:predict", """{"inputs":{"x":[[1,2,3],[4,5,-6]]}}""")).AssertOk("""{"outputs":{"sum":[[6],[3]],"largest":[3,5]}}""");
        (await _server.PostAsync("/v1/models/batch-of-one:predict", """{"instances":[[1,2]]}""")).AssertError(400, "invalid_input");
        (await _server.PostAsync("/v1/models/batch-of-one:predict", """{"instances":[]}""")).AssertError(400, "invalid_input");
        (await _server.PostAsync("/v2/models/batch-of-one/infer", """{"inputs":[{"name":"x","shape":[2,3],"datatype":"FP32","data":[1,2,3,4,5,6]}]}""")).AssertError(400, "invalid_input");
    }

    [Fact]
    public async Task Half_precision_is_numbers_in_JSON()
    {
        var inputs = ExpectedCase.Of("datatypes", "one of each").Inputs.ToDictionary(input => input.GetProperty("name").GetString()!, input => input.GetProperty("data"));

        var answer = await _server.PostAsync("/v1/models/datatypes:predict", JsonSerializer.Serialize(new { inputs }));

        Assert.Equal(0.1, answer.AssertOk().Json.GetProperty("outputs").GetProperty("fp16_out")[0].GetDouble(), 1e-4);
        Assert.Equal(1.5, answer.Json.GetProperty("outputs").GetProperty("bf16_out")[0].GetDouble());
    }

    [Theory]
    [InlineData("-0")]
    [InlineData("-0.0")]
    public async Task Negative_zero_keeps_its_sign(string zero)
    {
        (await _server.PostAsync("/v1/models/free:predict", $"{{\"instances\":[[{zero},0]]}}")).AssertOk("""{"predictions":[[-0.0,0]]}""");
        (await _server.PostAsync("/v2/models/free/infer", $"{{\"id\":\"7\",\"inputs\":[{{\"name\":\"x\",\"shape\":[1,2],\"datatype\":\"FP32\",\"data\":[{zero},0]}}]}}")).AssertOk(
            """{"model_name":"free","model_version":"1","id":"7","outputs":[{"name":"y","shape":[1,2],"datatype":"FP32","data":[-0.0,0]}]}""");
    }

    // The tensors of a gRPC request with raw contents, as the binary extension of V2 sends them.
    private async Task<(JsonNode Json, List<byte[]> Tensors)> InferBinaryAsync(string model, ModelInferRequest request)
    {
        var json = new JsonObject
        {
            ["parameters"] = new JsonObject { ["binary_data_output"] = true },
            ["inputs"] = new JsonArray([.. request.Inputs.Select((input, index) => new JsonObject
            {
                ["name"] = input.Name,
                ["shape"] = new JsonArray([.. input.Shape.Select(dim => JsonValue.Create(dim))]),
                ["datatype"] = input.Datatype,
                ["parameters"] = new JsonObject { ["binary_data_size"] = request.RawInputContents[index].Length },
            })]),
            ["outputs"] = new JsonArray([.. request.Outputs.Select(output => new JsonObject { ["name"] = output.Name })]),
        };
        var head = Encoding.UTF8.GetBytes(json.ToJsonString());
        using var content = new ByteArrayContent([.. head, .. request.RawInputContents.SelectMany(raw => raw)]);
        content.Headers.TryAddWithoutValidation("Inference-Header-Content-Length", head.Length.ToString(CultureInfo.InvariantCulture));
        using var response = await _server.Client.PostAsync($"/v2/models/{model}/infer", content);
        var body = await response.Content.ReadAsByteArrayAsync();
        Assert.True(response.IsSuccessStatusCode, Encoding.UTF8.GetString(body));
        var length = int.Parse(response.Headers.GetValues("Inference-Header-Content-Length").Single(), CultureInfo.InvariantCulture);
        var answer = JsonNode.Parse(body.AsSpan(0, length))!;
        var tensors = new List<byte[]>();
        foreach (var output in answer["outputs"]!.AsArray())
        {
            var size = output!["parameters"]!["binary_data_size"]!.GetValue<int>();
            tensors.Add(body[length..(length + size)]);
            length += size;
        }
        return (answer, tensors);
    }

    private static Contracts.Tensors.Tensor TensorOf(JsonElement expected, byte[] bytes)
    {
        using var like = ExpectedTensors.ToTensor(expected);
        return Contracts.Tensors.Tensor.Copy(like.Datatype, like.Shape, bytes);
    }

    // Outputs of a request without inputs are typed.
    private static byte[] TypedBytes(JsonElement expected, ModelInferResponse.Types.InferOutputTensor output)
    {
        Assert.Equal("INT64", expected.GetProperty("datatype").GetString());
        var bytes = new byte[output.Contents.Int64Contents.Count * sizeof(long)];
        for (var i = 0; i < output.Contents.Int64Contents.Count; i++) BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(i * sizeof(long)), output.Contents.Int64Contents[i]);
        return bytes;
    }
}
