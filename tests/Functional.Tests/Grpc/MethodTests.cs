using System.Text.Json;
using Grpc.Core;
using InferenceServices.Codecs.Grpc.Messages;
using InferenceServices.Functional.Tests.Predictor;
using InferenceServices.Functional.Tests.Servers;

namespace InferenceServices.Functional.Tests.Grpc;

[Collection(nameof(PredictorFixture))]
public sealed class MethodTests(PredictorFixture predictor)
{
    private readonly RunningServer _server = predictor.Server;

    [Fact]
    public async Task The_metadata_of_every_model_are_the_same_as_over_REST()
    {
        foreach (var model in PredictorFixture.ModelNames)
        {
            var rest = (await _server.GetAsync($"/v2/models/{model}")).AssertOk().Json;

            var answer = await _server.Grpc.ModelMetadataAsync(new() { Name = model });

            Assert.Equal((model, "onnxruntime_onnx", rest.GetProperty("platform").GetString()), (answer.Name, answer.Platform, answer.Platform));
            Assert.Equal(rest.GetProperty("versions").EnumerateArray().Select(version => version.GetString()), answer.Versions);
            Assert.Equal(rest.GetProperty("inputs").EnumerateArray().Select(Describe), answer.Inputs.Select(Describe));
            Assert.Equal(rest.GetProperty("outputs").EnumerateArray().Select(Describe), answer.Outputs.Select(Describe));
        }
    }

    [Fact]
    public async Task The_configuration_of_a_model_has_the_format_of_Triton()
    {
        var answer = await _server.Grpc.ModelConfigAsync(new() { Name = "datatypes" });

        var config = answer.Config;
        Assert.Equal(("datatypes", "onnxruntime_onnx", "onnxruntime", 0), (config.Name, config.Platform, config.Backend, config.MaxBatchSize));
        DataType[] types =
        [
            DataType.TypeBool, DataType.TypeUint8, DataType.TypeUint16, DataType.TypeUint32, DataType.TypeUint64, DataType.TypeInt8, DataType.TypeInt16,
            DataType.TypeInt32, DataType.TypeInt64, DataType.TypeFp16, DataType.TypeBf16, DataType.TypeFp32, DataType.TypeFp64, DataType.TypeString,
        ];
        Assert.Equal(types, config.Input.Select(input => input.DataType));
        Assert.Equal(types, config.Output.Select(output => output.DataType));
        Assert.All(config.Input, input => Assert.Equal([-1], input.Dims));
        Assert.All(config.Output, output => Assert.Equal([-1], output.Dims));
        Assert.Equal(("model.onnx", ModelVersionPolicy.PolicyChoiceOneofCase.All), (config.DefaultModelFilename, config.VersionPolicy.PolicyChoiceCase));
        var group = Assert.Single(config.InstanceGroup);
        Assert.Equal(("datatypes", 1, ModelInstanceGroup.Types.Kind.Cpu), (group.Name, group.Count, group.Kind));
    }

    [Fact]
    public async Task The_index_lists_every_model_as_ready()
    {
        var answer = await _server.Grpc.RepositoryIndexAsync(new() { Ready = true });

        Assert.Equal(PredictorFixture.ModelNames.Order(StringComparer.Ordinal), answer.Models.Select(model => model.Name).Distinct().Order(StringComparer.Ordinal));
        Assert.All(answer.Models, model => Assert.Equal(("READY", ""), (model.State, model.Reason)));
    }

    [Theory]
    [InlineData("", "2", 3)]
    [InlineData("1", "1", 2)]
    [InlineData("2", "2", 3)]
    public async Task The_default_version_is_the_highest(string requested, string version, float expected)
    {
        var request = GrpcRequests.Typed("versioned", "x", [1], 1);
        request.ModelVersion = requested;

        var answer = await _server.Grpc.ModelInferAsync(request);

        Assert.Equal(("versioned", version), (answer.ModelName, answer.ModelVersion));
        Assert.Equal([expected], answer.Outputs.Single().Contents.Fp32Contents);
    }

    [Fact]
    public async Task An_output_can_be_requested_as_a_classification()
    {
        var request = GrpcRequests.Typed("tree-ensemble", "x", [1, 4], 5.1f, 3.5f, 1.4f, 0.2f);
        request.Outputs.Add(new ModelInferRequest.Types.InferRequestedOutputTensor
        {
            Name = "probabilities",
            Parameters = { ["classification"] = new InferParameter { Int64Param = 2 } },
        });

        var output = (await _server.Grpc.ModelInferAsync(request)).Outputs.Single();

        Assert.Equal(("BYTES", "1,2"), (output.Datatype, string.Join(',', output.Shape)));
        Assert.EndsWith(":0", output.Contents.BytesContents[0].ToStringUtf8(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Concurrent_calls_get_their_own_responses()
    {
        var grpc = _server.Grpc;

        await Parallel.ForEachAsync(Enumerable.Range(0, 600), new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (i, cancellationToken) =>
        {
            if (i % 3 == 0)
            {
                await RpcAssert.ErrorAsync(StatusCode.InvalidArgument, "invalid_input", () => grpc.ModelInferAsync(GrpcRequests.Typed("versioned", "x", [2], i), cancellationToken: cancellationToken));
                return;
            }
            var answer = await grpc.ModelInferAsync(GrpcRequests.Typed("versioned", "x", [2], i, -i), cancellationToken: cancellationToken);
            Assert.Equal([i + 2, -i + 2], answer.Outputs.Single().Contents.Fp32Contents);
        });
    }

    private static string Describe(JsonElement tensor)
        => $"{tensor.GetProperty("name").GetString()} {tensor.GetProperty("datatype").GetString()} {tensor.GetProperty("shape").GetRawText()}";

    private static string Describe(ModelMetadataResponse.Types.TensorMetadata tensor) => $"{tensor.Name} {tensor.Datatype} [{string.Join(',', tensor.Shape)}]";
}
