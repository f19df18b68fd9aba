using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using InferenceServices.Codecs.Grpc;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Functional.Tests.Grpc;
using InferenceServices.Functional.Tests.Servers;
using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.Conformance;

/// <summary>A request in JSON, in binary tensor data and over gRPC in raw and typed contents has bitwise equal responses.</summary>
[Collection(nameof(Executables))]
public sealed class SameBitsTests(Executables executables)
{
    private static readonly string[] Models = ["tree-ensemble", "iris-mlp", "free", "mixed", "string-input"];

    public static TheoryData<string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (var (model, name) in ExpectedCase.All.Where(one => Models.Contains(one.Model))) cases.Add(model, name);
            return cases;
        }
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable]
    public async Task Every_server_returns_the_same_bits_in_every_protocol(Executable executable)
    {
        var subject = executables.Of(executable);

        await AssertSameAsync(subject.Server, subject.Model, [JsonElement.Parse(subject.InputJson)]);
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [MemberData(nameof(Cases))]
    public async Task A_model_returns_the_same_bits_in_every_protocol(string model, string name)
        => await AssertSameAsync(executables.Predictor, model, ExpectedCase.Of(model, name).Inputs);

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Finite_numbers_are_returned_bit_for_bit(int seed)
    {
        var random = new Random(seed);
        var values = Enumerable.Range(0, 3_000).Select(_ => BitConverter.Int32BitsToSingle((int)random.NextInt64(int.MinValue, 1L + int.MaxValue))).Where(float.IsFinite);
        string[] texts = ["-0", "-0.0", "1e-46", "3.4028235e38", "1.17549435e-38", "16777217", .. values.Select(value => value.ToString("R", CultureInfo.InvariantCulture))];
        var input = JsonElement.Parse($$"""{"name":"x","datatype":"FP32","shape":[1,{{texts.Length}}],"data":[{{string.Join(',', texts)}}]}""");

        var answer = await AssertSameAsync(executables.Predictor, "free", [input]);

        // The model returns its input.
        using var sent = ExpectedTensors.ToTensor(input);
        Assert.Equal(sent.Bytes.ToArray(), answer.Single());
    }

    private static async Task<List<byte[]>> AssertSameAsync(RunningServer server, string model, IReadOnlyList<JsonElement> inputs)
    {
        var path = $"/v2/models/{model}/infer";
        var json = (await server.PostAsync(path, new JsonObject { ["inputs"] = Data(inputs) }.ToJsonString())).AssertOk().Json.GetProperty("outputs");
        var binary = await BinaryAnswer.PostAsync(
            server,
            path,
            new JsonObject { ["parameters"] = new JsonObject { ["binary_data_output"] = true }, ["inputs"] = Sizes(inputs) },
            [.. inputs.SelectMany(BytesOf)]);
        var raw = await server.Grpc.ModelInferAsync(GrpcRequests.Of(model, inputs, [], raw: true));
        var typed = await server.Grpc.ModelInferAsync(GrpcRequests.Of(model, inputs, [], raw: false));

        var expected = json.EnumerateArray().Select(BytesOf).ToList();
        Assert.Equal(json.EnumerateArray().Select(Describe), binary.Json.GetProperty("outputs").EnumerateArray().Select(Describe));
        Assert.Equal(expected.SelectMany(bytes => bytes), binary.Bytes);
        Assert.Equal(json.EnumerateArray().Select(Describe), raw.Outputs.Select(output => $"{output.Name} {output.Datatype} [{string.Join(',', output.Shape)}]"));
        Assert.Equal(expected, raw.RawOutputContents.Select(bytes => bytes.ToByteArray()));
        Assert.Equal(raw.Outputs.Select(output => output.Name), typed.Outputs.Select(output => output.Name));
        // An empty tensor has no typed contents that a response could mirror.
        if (typed.RawOutputContents.Count > 0) Assert.Equal(raw.RawOutputContents, typed.RawOutputContents);
        else Assert.Equal(expected, typed.Outputs.Select(BytesOf));
        return expected;
    }

    private static JsonArray Data(IEnumerable<JsonElement> inputs) => Tensors(inputs, static (tensor, input)
        => tensor["data"] = new JsonArray([.. ExpectedCase.Values(input).Select(value => JsonNode.Parse(value.GetRawText()))]));

    private static JsonArray Sizes(IEnumerable<JsonElement> inputs) => Tensors(inputs, static (tensor, input)
        => tensor["parameters"] = new JsonObject { ["binary_data_size"] = BytesOf(input).Length });

    private static JsonArray Tensors(IEnumerable<JsonElement> inputs, Action<JsonObject, JsonElement> fill)
    {
        var tensors = new JsonArray();
        foreach (var input in inputs)
        {
            var tensor = new JsonObject { ["name"] = Subject.NameOf(input), ["shape"] = JsonNode.Parse(input.GetProperty("shape").GetRawText()), ["datatype"] = input.GetProperty("datatype").GetString() };
            fill(tensor, input);
            tensors.Add(tensor);
        }
        return tensors;
    }

    private static string Describe(JsonElement output)
        => $"{Subject.NameOf(output)} {output.GetProperty("datatype").GetString()} {output.GetProperty("shape").GetRawText()}";

    private static byte[] BytesOf(JsonElement tensor)
    {
        using var parsed = ExpectedTensors.ToTensor(tensor);
        return parsed.Bytes.ToArray();
    }

    private static byte[] BytesOf(Codecs.Grpc.Messages.ModelInferResponse.Types.InferOutputTensor output)
    {
        Assert.True(DatatypeExtensions.TryParse(output.Datatype, out var datatype));
        using var tensor = TensorContents.Read(output.Contents, datatype, new Shape([.. output.Shape]), output.Name);
        return tensor.Bytes.ToArray();
    }
}
