using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using System.Text;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Client.Tests;

public sealed class V2ProtocolTests
{
    private const string Announcement = """{"name":"triton","version":"2","extensions":["classification","binary_tensor_data"]}""";

    // One FP32 value follows.
    private const string BinaryJson = """{"model_name":"m","outputs":[{"name":"y","shape":[1],"datatype":"FP32","parameters":{"binary_data_size":4}}]}""";

    private static readonly byte[] Two = BitConverter.GetBytes(2f);

    [Fact]
    public async Task Without_the_binary_extension_tensors_are_sent_as_json()
    {
        var sent = "";
        using var network = new FakeNetwork(async (request, token) =>
        {
            if (request.Content is null) return FakeNetwork.Respond("""{"extensions":["model_repository_extension"]}""");
            sent = $"{request.Content.Headers.ContentType} {await request.Content.ReadAsStringAsync(token)}";
            return FakeNetwork.Respond(FakeNetwork.Answer);
        });
        using var request = InferRequest.Of("x", Tensor.Of<float>(Datatype.Fp32, new Shape(1), [1])) with { Id = "7" };

        using var response = await network.Predictor().InferAsync("a model", "2", request, CancellationToken.None);

        Assert.Equal(["GET /v2", "POST /v2/models/a%20model/versions/2/infer"], network.Requests);
        Assert.Equal("""application/json {"id":"7","inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[1]}]}""", sent);
        Assert.Equal([2f], response["y"].Values<float>().ToArray());
    }

    [Fact]
    public async Task With_the_binary_extension_tensors_are_sent_and_requested_in_binary()
    {
        var sent = (Json: "", Behind: Array.Empty<byte>(), Type: "", Length: 0L);
        using var network = Binary(async (request, token) =>
        {
            var body = await request.Content!.ReadAsByteArrayAsync(token);
            var json = int.Parse(request.Headers.GetValues("Inference-Header-Content-Length").Single(), CultureInfo.InvariantCulture);
            sent = (Encoding.UTF8.GetString(body.AsSpan(0, json)), body[json..], request.Content.Headers.ContentType!.ToString(), body.Length);
            Assert.Equal(body.Length, request.Content.Headers.ContentLength);
            return Answer();
        });
        using var names = new TensorBuilder(Datatype.Bytes, 2);
        names.AppendBytes("é"u8);
        names.AppendBytes(""u8);
        using var request = new InferRequest
        {
            Inputs = [new("x", Tensor.Of<float>(Datatype.Fp32, new Shape(2), [1, float.NaN])), new("empty", Tensor.Rent(Datatype.Fp16, new Shape(0, 3))), new("names", names.Build(new Shape(2)))],
        };

        using var response = await network.Predictor().InferAsync("m", null, request, CancellationToken.None);

        Assert.Equal("application/octet-stream", sent.Type);
        Assert.Equal(
            """{"parameters":{"binary_data_output":true},"inputs":[{"name":"x","shape":[2],"datatype":"FP32","parameters":{"binary_data_size":8}},"""
            + """{"name":"empty","shape":[0,3],"datatype":"FP16","parameters":{"binary_data_size":0}},"""
            + """{"name":"names","shape":[2],"datatype":"BYTES","parameters":{"binary_data_size":10}}]}""",
            sent.Json);
        Assert.Equal([.. MemoryMarshal.AsBytes<float>([1, float.NaN]), 2, 0, 0, 0, 0xC3, 0xA9, 0, 0, 0, 0], sent.Behind);
        Assert.Equal([2f], response["y"].Values<float>().ToArray());
    }

    /// <summary>KServe reads the request's parameter only if no output is listed.</summary>
    [Fact]
    public async Task Each_listed_output_is_requested_in_binary()
    {
        var sent = "";
        using var network = Binary(async (request, token) =>
        {
            sent = await request.Content!.ReadAsStringAsync(token);
            return Answer();
        });
        using var request = InferRequest.Of("x", Tensor.Of<float>(Datatype.Fp32, new Shape(1), [1])) with { Outputs = [new RequestedOutput("y")] };

        using var response = await network.Predictor().InferAsync("m", null, request, CancellationToken.None);

        Assert.Contains(""","outputs":[{"name":"y","parameters":{"binary_data":true}}]}""", sent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_metadata_are_requested_once()
    {
        using var network = Binary((_, _) => Task.FromResult(Answer()));
        var predictor = network.Predictor();

        for (var i = 0; i < 3; i++) (await FakeNetwork.InferAsync(predictor)).Dispose();

        Assert.Single(network.Requests, "GET /v2");
    }

    [Theory]
    [InlineData(200, "<html>", 1)]
    [InlineData(200, """{"extensions":5}""", 1)]
    [InlineData(200, """{"extensions":[5,null]}""", 1)]
    [InlineData(404, "", 1)]
    [InlineData(503, "", 3)]
    [InlineData(500, "", 3)]
    public async Task Metadata_without_the_extension_selects_json_and_only_failed_metadata_requests_are_repeated(int status, string metadata, int expected)
    {
        using var network = new FakeNetwork((request, _) => Task.FromResult(
            request.RequestUri!.AbsolutePath == "/v2" ? FakeNetwork.Respond(metadata, (HttpStatusCode)status) : FakeNetwork.Respond(FakeNetwork.Answer)));
        var predictor = network.Predictor();

        for (var i = 0; i < 3; i++) (await FakeNetwork.InferAsync(predictor)).Dispose();

        Assert.Equal(expected, network.Requests.Count(request => request == "GET /v2"));
        Assert.Equal(3, network.Requests.Count(request => request.StartsWith("POST", StringComparison.Ordinal)));
    }

    /// <summary>Another predictor may be deployed under the same host name.</summary>
    [Fact]
    public async Task A_rejected_binary_request_causes_a_new_metadata_request_at_most_once_a_minute()
    {
        var extensions = Announcement;
        using var network = new FakeNetwork((request, _) => Task.FromResult(
            request.RequestUri!.AbsolutePath == "/v2" ? FakeNetwork.Respond(extensions)
            : request.Content!.Headers.ContentType!.MediaType == "application/json" ? FakeNetwork.Respond(FakeNetwork.Answer)
            : FakeNetwork.Respond("{}", HttpStatusCode.BadRequest)));
        var predictor = network.Predictor();
        for (var request = 0; request < 3; request++) await Assert.ThrowsAsync<PredictorException>(() => FakeNetwork.InferAsync(predictor));
        Assert.Single(network.Requests, request => request.StartsWith("GET", StringComparison.Ordinal));

        extensions = "{}";
        network.Time.Advance(TimeSpan.FromMinutes(1));
        await Assert.ThrowsAsync<PredictorException>(() => FakeNetwork.InferAsync(predictor));

        using var response = await FakeNetwork.InferAsync(predictor);

        Assert.Equal([2f], response["y"].Values<float>().ToArray());
    }

    /// <summary>Triton omits the header if there is no binary data; KServe always responds in JSON.</summary>
    [Fact]
    public async Task A_json_response_to_a_binary_request_is_read()
    {
        using var network = Binary((_, _) => Task.FromResult(FakeNetwork.Respond(FakeNetwork.Answer)));

        using var response = await FakeNetwork.InferAsync(network.Predictor());

        Assert.Equal([2f], response["y"].Values<float>().ToArray());
    }

    public static TheoryData<string?, string, int> InconsistentResponses => new()
    {
        { "0", BinaryJson, 4 },
        { "-1", BinaryJson, 4 },
        { "99999999999", BinaryJson, 4 },
        { "x", BinaryJson, 4 },
        { Length(0), BinaryJson, 3 },
        { Length(0), BinaryJson, 5 },
        { Length(0), BinaryJson, 0 },
        { Length(4), BinaryJson, 4 },
        { null, BinaryJson.Replace(":4}", ":2147483647}", StringComparison.Ordinal), 4 },
        { null, BinaryJson.Replace(":4}", ":-4}", StringComparison.Ordinal), 4 },
        { null, BinaryJson.Replace("[1]", "[2]", StringComparison.Ordinal), 4 },
        { null, BinaryJson.Replace("[1]", "[-1]", StringComparison.Ordinal), 4 },
        { null, BinaryJson.Replace("[1]", "[4294967296,4294967296]", StringComparison.Ordinal), 4 },
        { null, BinaryJson.Replace("[1]", "[0,9223372036854775807]", StringComparison.Ordinal), 4 },
        { null, BinaryJson.Replace("FP32", "BYTES", StringComparison.Ordinal), 4 },
        { null, BinaryJson.Replace("FP32", "INT64", StringComparison.Ordinal), 4 },
        { null, BinaryJson.Replace("\"m\"", "\"\u0001\"", StringComparison.Ordinal), 4 },
        { null, """{"outputs":[{"name":"y","shape":[9223372036854775807],"datatype":"FP32","data":[1]}]}""", 0 },
        { null, """{"outputs":[{"name":"y","shape":[2],"datatype":"FP32","data":[2]}]}""", 0 },
        { null, """{"outputs":[{"name":"y","shape":[1],"datatype":"FP99","data":[2]}]}""", 0 },
        { null, """{"outputs":5}""", 0 },
        { null, """{"outputs":[""", 0 },
        { null, "[]", 0 },
        { null, "{}", 0 },
        { null, """{"outputs":[]} x""", 0 },
        { null, "<html>", 0 },
        { null, "", 0 },
    };

    [Theory]
    [MemberData(nameof(InconsistentResponses))]
    public async Task An_inconsistent_response_is_an_error_of_the_predictor(string? header, string json, int behind)
    {
        using var network = Binary((_, _) =>
        {
            var response = FakeNetwork.Respond([.. Encoding.UTF8.GetBytes(json), .. Enumerable.Repeat((byte)0xFF, behind)]);
            response.Headers.TryAddWithoutValidation("Inference-Header-Content-Length", header ?? (behind > 0 ? json.Length.ToString(CultureInfo.InvariantCulture) : null));
            return Task.FromResult(response);
        });

        var exception = await Assert.ThrowsAsync<PredictorException>(() => FakeNetwork.InferAsync(network.Predictor()));

        Assert.Equal((502, "predictor_failed"), (exception.StatusCode, exception.Code));
    }

    [Fact]
    public async Task A_response_that_is_not_UTF8_is_an_error_of_the_predictor()
    {
        using var network = Binary((_, _) => Task.FromResult(FakeNetwork.Respond([.. """{"model_name":"""u8, (byte)'"', 0xFF, (byte)'"', (byte)'}'])));

        Assert.Equal(502, (await Assert.ThrowsAsync<PredictorException>(() => FakeNetwork.InferAsync(network.Predictor()))).StatusCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"name":"m","platform":"p","inputs":[{"name":"x","datatype":"FP32","shape":"?"}],"outputs":[]}""")]
    public async Task Invalid_metadata_are_an_error_of_the_predictor(string body)
    {
        using var network = new FakeNetwork(() => FakeNetwork.Respond(body));

        var exception = await Assert.ThrowsAsync<PredictorException>(async () => await network.Predictor().GetMetadataAsync("m", null, CancellationToken.None));

        Assert.Equal((502, "predictor_failed"), (exception.StatusCode, exception.Code));
    }

    private static string Length(int more) => (BinaryJson.Length + more).ToString(CultureInfo.InvariantCulture);

    private static HttpResponseMessage Answer()
    {
        var response = FakeNetwork.Respond([.. Encoding.UTF8.GetBytes(BinaryJson), .. Two]);
        response.Headers.Add("Inference-Header-Content-Length", Length(0));
        return response;
    }

    private static FakeNetwork Binary(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> answer)
        => new((request, token) => request.RequestUri!.AbsolutePath == "/v2" ? Task.FromResult(FakeNetwork.Respond(Announcement)) : answer(request, token));
}
