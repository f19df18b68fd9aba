using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V1;
using InferenceServices.Contracts.V2;
using InferenceServices.Testing;

namespace InferenceServices.Services.MyService;

public sealed class MyServiceTests
{
    private readonly MyServiceTransformer _transformer = new();

    [Fact]
    public async Task Features_and_response_equal_the_fixture()
    {
        var fixture = JsonNode.Parse(await File.ReadAllTextAsync(Checkout.PathOf("src/Services/MyService/fixtures/example.json")))!;
        var request = _transformer.Read(Request(fixture["request"]!.ToJsonString()));

        var (inputs, state) = await _transformer.PreprocessAsync(request, CancellationToken.None);
        using (inputs) Assert.Equal(Numbers(fixture["x"]!), inputs.Inputs.Single().Tensor.Values<float>().ToArray());
        float[] probabilities = Numbers(fixture["probabilities"]!);
        using var outputs = new InferResponse { ModelName = "my-service", Outputs = [new InferOutput("probabilities", Tensor.Of<float>(Datatype.Fp32, new Shape(1, probabilities.Length), probabilities))] };
        using var response = _transformer.Postprocess(state, outputs);

        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json)) response.WriteTo(writer);
        Assert.Equal(fixture["response"]!.ToJsonString(), Encoding.UTF8.GetString(json.ToArray()));
    }

    [Theory]
    [InlineData("{}", "The parameter values is required.")]
    [InlineData("""{"values":[1,2,3]}""", "The input 'values' should have 4 numbers.")]
    [InlineData("""{"values":[1,2,3,1e999]}""", "The input 'values' should have finite numbers.")]
    public void An_invalid_request_is_rejected(string body, string error)
        => Assert.Equal(error, Assert.Throws<InvalidInputException>(() => _transformer.Read(Request(body))).Message);

    private static PredictRequest Request(string body) => new("my-service", Encoding.UTF8.GetBytes(body), "test");

    private static float[] Numbers(JsonNode array) => [.. array.AsArray().Select(number => number!.GetValue<float>())];
}
