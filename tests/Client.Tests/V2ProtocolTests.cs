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

    // Behind it: one float.
    private const string BinaryJson = """{"model_name":"m","outputs":[{"name":"y","shape":[1],"datatype":"FP32","parameters":{"binary_data_size":4}}]}""";

    private static readonly byte[] Two = BitConverter.GetBytes(2f);

    [Fact]
    public async Task Without_an_announcement_tensors_go_as_json()
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

        Assert.Equal(["GET /v2", "POST /v2/models/a%20model/versions/2/infer"], network.Asked);
        Assert.Equal("""application/json {"id":"7","inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[1]}]}""", sent);
        Assert.Equal([2f], response["y"].Values<float>().ToArray());
    }

    [Fact]
    public async Task Who_announces_it_gets_bytes_behind_the_json_and_is_asked_to_answer_so()
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

    /// <summary>KServe reads the request's own flag only where no output is listed.</summary>
    [Fact]
    public async Task Outputs_that_are_listed_are_each_asked_for_in_bytes()
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
    public async Task The_predictor_is_asked_once_what_it_reads()
    {
        using var network = Binary((_, _) => Task.FromResult(Answer()));
        var predictor = network.Predictor();

        for (var i = 0; i < 3; i++) (await FakeNetwork.InferAsync(predictor)).Dispose();

        Assert.Single(network.Asked, "GET /v2");
    }

    [Theory]
    [InlineData(200, "<html>", 1)]
    [InlineData(200, """{"extensions":5}""", 1)]
    [InlineData(200, """{"extensions":[5,null]}""", 1)]
    [InlineData(404, "", 1)]
    [InlineData(503, "", 3)]
    [InlineData(500, "", 3)]
    public async Task Who_says_nothing_of_bytes_gets_json_and_is_asked_again_only_after_a_failure(int status, string metadata, int asked)
    {
        using var network = new FakeNetwork((request, _) => Task.FromResult(
            request.RequestUri!.AbsolutePath == "/v2" ? FakeNetwork.Respond(metadata, (HttpStatusCode)status) : FakeNetwork.Respond(FakeNetwork.Answer)));
        var predictor = network.Predictor();

        for (var i = 0; i < 3; i++) (await FakeNetwork.InferAsync(predictor)).Dispose();

        Assert.Equal(asked, network.Asked.Count(request => request == "GET /v2"));
        Assert.Equal(3, network.Asked.Count(request => request.StartsWith("POST", StringComparison.Ordinal)));
    }

    /// <summary>Behind one name another predictor may come up.</summary>
    [Fact]
    public async Task Bytes_that_are_refused_make_the_client_ask_again()
    {
        var extensions = Announcement;
        using var network = new FakeNetwork((request, _) => Task.FromResult(
            request.RequestUri!.AbsolutePath == "/v2" ? FakeNetwork.Respond(extensions)
            : request.Content!.Headers.ContentType!.MediaType == "application/json" ? FakeNetwork.Respond(FakeNetwork.Answer)
            : FakeNetwork.Respond("{}", HttpStatusCode.BadRequest)));
        var predictor = network.Predictor();
        await Assert.ThrowsAsync<PredictorException>(() => FakeNetwork.InferAsync(predictor));
        extensions = "{}";

        using var response = await FakeNetwork.InferAsync(predictor);

        Assert.Equal([2f], response["y"].Values<float>().ToArray());
    }

    /// <summary>Triton leaves the header out when there are no bytes; KServe answers in JSON whatever was asked.</summary>
    [Fact]
    public async Task An_answer_in_json_to_a_question_in_bytes_is_read()
    {
        using var network = Binary((_, _) => Task.FromResult(FakeNetwork.Respond(FakeNetwork.Answer)));

        using var response = await FakeNetwork.InferAsync(network.Predictor());

        Assert.Equal([2f], response["y"].Values<float>().ToArray());
    }

    public static TheoryData<string?, string, int> Lies => new()
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
    [MemberData(nameof(Lies))]
    public async Task An_answer_that_does_not_hold_together_is_the_predictors_fault(string? header, string json, int behind)
    {
        using var network = Binary((_, _) =>
        {
            var response = FakeNetwork.Respond([.. Encoding.UTF8.GetBytes(json), .. Enumerable.Repeat((byte)0xFF, behind)]);
            response.Headers.TryAddWithoutValidation("Inference-Header-Content-Length", header ?? (behind > 0 ? json.Length.ToString(CultureInfo.InvariantCulture) : null));
            return Task.FromResult(response);
        });

        var refusal = await Assert.ThrowsAsync<PredictorException>(() => FakeNetwork.InferAsync(network.Predictor()));

        Assert.Equal((502, "predictor_failed"), (refusal.StatusCode, refusal.Code));
    }

    [Fact]
    public async Task An_answer_that_is_no_utf8_is_the_predictors_fault()
    {
        using var network = Binary((_, _) => Task.FromResult(FakeNetwork.Respond([.. """{"model_name":"""u8, (byte)'"', 0xFF, (byte)'"', (byte)'}'])));

        Assert.Equal(502, (await Assert.ThrowsAsync<PredictorException>(() => FakeNetwork.InferAsync(network.Predictor()))).StatusCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"name":"m","platform":"p","inputs":[{"name":"x","datatype":"FP32","shape":"?"}],"outputs":[]}""")]
    public async Task Metadata_that_is_none_is_the_predictors_fault(string body)
    {
        using var network = new FakeNetwork(() => FakeNetwork.Respond(body));

        var refusal = await Assert.ThrowsAsync<PredictorException>(async () => await network.Predictor().GetMetadataAsync("m", null, CancellationToken.None));

        Assert.Equal((502, "predictor_failed"), (refusal.StatusCode, refusal.Code));
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
