using System.Text.Json;
using InferenceServices.Codecs.Grpc;
using InferenceServices.Codecs.Grpc.Messages;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Functional.Tests.Conformance;
using InferenceServices.Functional.Tests.Predictor;
using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.Grpc;

[Collection(nameof(PredictorFixture))]
public sealed class ExpectedAnswersTests(PredictorFixture predictor)
{
    public static TheoryData<string, string> Cases => Predictor.ExpectedAnswersTests.Cases;

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Raw_contents_get_the_expected_outputs_and_the_same_as_REST(string model, string name)
    {
        var expected = ExpectedCase.Of(model, name);
        var request = GrpcRequests.Of(model, expected.Inputs, expected.Outputs, raw: true);

        var answer = await predictor.Server.Grpc.ModelInferAsync(request);

        Assert.Equal(expected.Outputs.Count, answer.Outputs.Count);
        Assert.Equal(expected.Outputs.Count, answer.RawOutputContents.Count);
        Assert.All(answer.Outputs, output => Assert.Null(output.Contents));
        foreach (var ((expectedOutput, got), bytes) in expected.Outputs.Zip(answer.Outputs).Zip(answer.RawOutputContents))
        {
            using var tensor = Tensor.Copy(DatatypeOf(got), new Shape([.. got.Shape]), bytes.Span);
            Assert.Equal(expectedOutput.GetProperty("name").GetString(), got.Name);
            ExpectedTensors.AssertEqual(expectedOutput, tensor, expected.Tolerance);
        }
        Assert.Equal(await BytesOverRestAsync(request), answer.RawOutputContents.SelectMany(bytes => bytes));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Typed_contents_get_the_same_outputs(string model, string name)
    {
        var expected = ExpectedCase.Of(model, name);
        JsonElement[] inputs = [.. expected.Inputs.Where(IsTyped)];
        JsonElement[] outputs = [.. expected.Outputs.Where(IsTyped)];
        // The model of all datatypes requires all its inputs: it is tested with binary tensors only.
        if (inputs.Length < expected.Inputs.Count) return;

        var raw = await predictor.Server.Grpc.ModelInferAsync(GrpcRequests.Of(model, inputs, outputs, raw: true));
        var typed = await predictor.Server.Grpc.ModelInferAsync(GrpcRequests.Of(model, inputs, outputs, raw: false));

        // An empty input has no typed contents.
        if (inputs.All(input => ExpectedCase.Values(input).Length == 0))
        {
            Assert.Equal(raw.RawOutputContents, typed.RawOutputContents);
            return;
        }
        Assert.Empty(typed.RawOutputContents);
        foreach (var (output, bytes) in typed.Outputs.Zip(raw.RawOutputContents))
        {
            using var tensor = TensorContents.Read(output.Contents, DatatypeOf(output), new Shape([.. output.Shape]), output.Name);
            Assert.Equal(bytes.ToByteArray(), tensor.Bytes.ToArray());
        }
    }

    private static bool IsTyped(JsonElement tensor) => tensor.GetProperty("datatype").GetString() is not ("FP16" or "BF16");

    private static Datatype DatatypeOf(ModelInferResponse.Types.InferOutputTensor output)
    {
        Assert.True(DatatypeExtensions.TryParse(output.Datatype, out var datatype));
        return datatype;
    }

    // The binary tensor data extension: binary inputs and outputs.
    private async Task<byte[]> BytesOverRestAsync(ModelInferRequest request)
    {
        var json = JsonSerializer.SerializeToNode(new
        {
            parameters = new { binary_data_output = true },
            inputs = request.Inputs.Zip(request.RawInputContents, (input, bytes) => new
            {
                name = input.Name,
                shape = input.Shape.ToArray(),
                datatype = input.Datatype,
                parameters = new { binary_data_size = bytes.Length },
            }),
            outputs = request.Outputs.Select(output => new { name = output.Name }),
        })!.AsObject();
        var path = $"/v2/models/{request.ModelName}{(request.ModelVersion.Length > 0 ? $"/versions/{request.ModelVersion}" : "")}/infer";
        return (await BinaryAnswer.PostAsync(predictor.Server, path, json, [.. request.RawInputContents.SelectMany(bytes => bytes)])).Bytes;
    }
}
