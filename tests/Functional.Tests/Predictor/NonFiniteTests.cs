using System.Buffers.Binary;
using System.Text;

namespace InferenceServices.Functional.Tests.Predictor;

/// <summary><c>--json_nonfinite</c> with a model that returns its input.</summary>
public sealed class NonFiniteTests
{
    private const string Predict = "/v1/models/free:predict";
    private const string Infer = "/v2/models/free/infer";
    private const string NonFiniteError = "output 'y' has NaN or an infinity, which JSON does not have. Please use the binary data format for it";

    [Theory]
    [InlineData()]
    [InlineData("--json_nonfinite=null")]
    [InlineData("--json_nonfinite", "Null")]
    public async Task Non_finite_numbers_are_null_by_default(params string[] switches)
    {
        await using var server = await PredictorServers.StartModelAsync("free", switches);

        (await server.PostAsync(Predict, """{"instances":[[1,null]]}""")).AssertOk("""{"predictions":[[1,null]]}""");
        (await server.PostAsync(Infer, V2("[1,null]"))).AssertOk(V2Answer("[1,null]"));
        (await server.PostAsync(Infer, Binary(double.NegativeInfinity, false))).AssertOk(V2Answer("[1,null]"));
        foreach (var token in new[] { "NaN", "Infinity", "-Infinity" })
        {
            var error = (await server.PostAsync(Predict, $"{{\"instances\":[[1,{token}]]}}")).AssertError(400, "invalid_input");
            Assert.StartsWith("NaN and Infinity are not JSON; start the server with --json_nonfinite=literal to send them", error, StringComparison.Ordinal);
            error = (await server.PostAsync(Infer, V2($"[1,{token}]"))).AssertError(400, "invalid_input");
            Assert.StartsWith("NaN and Infinity are not JSON", error, StringComparison.Ordinal);
            (await server.PostAsync(Predict, $"{{\"instances\":[[1,\"{token}\"]]}}")).AssertError(400, "invalid_input");
        }
    }

    [Fact]
    public async Task Non_finite_numbers_can_be_written_as_tokens()
    {
        await using var server = await PredictorServers.StartModelAsync("free", "--json_nonfinite=literal");

        (await server.PostAsync(Predict, """{"instances":[[NaN,Infinity,-Infinity,"NaN","Infinity","-Infinity",1]]}"""))
            .AssertOk("""{"predictions":[[NaN,Infinity,-Infinity,NaN,Infinity,-Infinity,1]]}""");
        (await server.PostAsync(Predict, """{"inputs":[{"x":[NaN,1]}],"note":"NaN"}""")).AssertOk("""{"predictions":[[NaN,1]]}""");
        (await server.PostAsync(Infer, V2("[NaN,\"-Infinity\"]"))).AssertOk(V2Answer("[NaN,-Infinity]"));
        (await server.PostAsync(Predict, """{"instances":[[null]]}""")).AssertError(400, "invalid_input", "instances: value 0 should be FP32, got null");
    }

    [Fact]
    public async Task Non_finite_numbers_can_be_an_error_except_in_binary_tensors()
    {
        await using var server = await PredictorServers.StartModelAsync("free", "--json_nonfinite=error");

        (await server.PostAsync(Predict, """{"instances":[[null]]}""")).AssertError(400, "invalid_input", "instances: value 0 should be FP32, got null");
        (await server.PostAsync(Predict, """{"instances":[[NaN]]}""")).AssertError(400, "invalid_input");
        (await server.PostAsync(Infer, Binary(double.NaN, false))).AssertError(400, "invalid_input", NonFiniteError);
        var bytes = await server.PostAsync(Infer, Binary(double.NaN, true));
        Assert.Equal((200, "application/octet-stream"), (bytes.Status, bytes.ContentType));
        (await server.PostAsync(Infer, Binary(2, false))).AssertOk(V2Answer("[1,2]"));
    }

    private static string V2(string data)
        => $$"""{"id":"7","inputs":[{"name":"x","shape":[1,2],"datatype":"FP32","data":{{data}}}]}""";

    private static string V2Answer(string data)
        => $$"""{"model_name":"free","model_version":"1","id":"7","outputs":[{"name":"y","shape":[1,2],"datatype":"FP32","data":{{data}}}]}""";

    private static ByteArrayContent Binary(double second, bool binaryOutput)
    {
        var json = Encoding.UTF8.GetBytes(
            $$$"""{"id":"7","parameters":{"binary_data_output":{{{(binaryOutput ? "true" : "false")}}}},"inputs":[{"name":"x","shape":[1,2],"datatype":"FP32","parameters":{"binary_data_size":8}}]}""");
        var data = new byte[8];
        BinaryPrimitives.WriteSingleLittleEndian(data, 1);
        BinaryPrimitives.WriteSingleLittleEndian(data.AsSpan(4), (float)second);
        var content = new ByteArrayContent([.. json, .. data]);
        content.Headers.TryAddWithoutValidation("Inference-Header-Content-Length", json.Length.ToString(System.Globalization.CultureInfo.InvariantCulture));
        return content;
    }
}
