using System.IO.Compression;
using System.Net;
using System.Text;
using Grpc.Core;
using InferenceServices.Functional.Tests.Grpc;
using InferenceServices.Functional.Tests.Servers;

namespace InferenceServices.Functional.Tests.Predictor;

/// <summary>Requests with common mistakes of clients: each gets an error that names the remedy, or is accepted.</summary>
[Collection(nameof(PredictorFixture))]
public sealed class ProtocolMistakeTests(PredictorFixture predictor)
{
    private const string V1 = "/v1/models/iris-mlp:predict";
    private const string V2 = "/v2/models/iris-mlp/infer";
    private const string Tensor = """{"name":"x","shape":[1,4],"datatype":"FP32","data":[1,2,3,4]}""";

    private readonly RunningServer _server = predictor.Server;

    [Theory]
    [InlineData("[2,2]", "[[1,2],[3,4],[5,6]]", "nested as [3,2], but 'shape' is [2,2]")]
    [InlineData("[2,2]", "[[1,2,3,4]]", "nested as [1,4], but 'shape' is [2,2]")]
    [InlineData("[4]", "[[1,2],[3,4]]", "nested as [2,2], but 'shape' is [4]")]
    [InlineData("[2,2]", "[[[1],[2]],[[3],[4]]]", "nested as [2,2,1], but 'shape' is [2,2]")]
    [InlineData("[2,2]", "[[1,2],[3]]", "should be rectangular")]
    [InlineData("[2,2]", "[1,2,[3,4]]", "should be rectangular")]
    [InlineData("[2,2]", "[[1,2],3,4]", "should be rectangular")]
    [InlineData("[0,2]", "[[],[]]", "nested as [2,0], but 'shape' is [0,2]")]
    public async Task Nested_data_that_contradicts_the_shape_are_rejected(string shape, string data, string reason)
        => Assert.Contains(reason, (await PostDataAsync(shape, data)).AssertError(400, "invalid_input"), StringComparison.Ordinal);

    [Theory]
    [InlineData("[2,2]", "[[1,2],[3,4]]")]
    [InlineData("[2,2]", "[1,2,3,4]")]
    [InlineData("[2,0]", "[[],[]]")]
    [InlineData("[2,0]", "[]")]
    public async Task Data_are_flat_or_nested_as_the_shape(string shape, string data) => (await PostDataAsync(shape, data)).AssertOk();

    [Fact]
    public async Task An_unexpected_name_lists_the_expected_names()
    {
        (await _server.PostAsync(V2, $$"""{"inputs":[{{Tensor.Replace("\"x\"", "\"z\"", StringComparison.Ordinal)}}]}""")).AssertError(
            400, "invalid_input", "unexpected inference input 'z' for model 'iris-mlp'. Expected 'x'");
        (await _server.PostAsync(V1, """{"inputs":{"z":[[1,2,3,4]]}}""")).AssertError(400, "invalid_input", "unexpected inference input 'z' for model 'iris-mlp'. Expected 'x'");
        (await _server.PostAsync("/v1/models/mixed:predict", """{"instances":[{"z":1}]}""")).AssertError(
            400, "invalid_input", "instances[0]: unexpected inference input 'z' for model 'mixed'. Expected 'prices', 'count', 'member'");
    }

    [Theory]
    [InlineData("""{"instances":[[1,2,3,4]]}""")]
    [InlineData("""{"inputs":[[1,2,3,4]]}""")]
    [InlineData("""{"signature_name":"serving_default","inputs":{"x":[[1,2,3,4]]}}""")]
    public async Task A_V1_body_at_the_url_of_V2_is_recognized(string body)
        => Assert.StartsWith($"the body is a V1 request: post it to {V1}", (await _server.PostAsync(V2, body)).AssertError(400, "invalid_input"), StringComparison.Ordinal);

    [Theory]
    [InlineData("iris-mlp", $$"""{"inputs":[{{Tensor}}]}""")]
    [InlineData("mixed", $$"""{"id":"1","parameters":{},"inputs":[{{Tensor}}],"outputs":[]}""")]
    public async Task A_V2_body_at_the_url_of_V1_is_recognized(string model, string body)
        => (await _server.PostAsync($"/v1/models/{model}:predict", body)).AssertError(400, "invalid_input", $"the body is a V2 request: post it to /v2/models/{model}/infer");

    [Fact]
    public async Task Another_mistake_retains_its_error()
    {
        (await _server.PostAsync(V2, """{"id":"7"}""")).AssertError(400, "invalid_input", "the request should have 'inputs', an array of tensors");
        Assert.DoesNotContain("V2", (await _server.PostAsync(V1, """{"foo":1}""")).AssertError(400, "invalid_input"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_byte_order_mark_is_accepted()
    {
        (await _server.PostAsync(V1, "\uFEFF{\"instances\":[[1,2,3,4]]}")).AssertOk();
        (await _server.PostAsync(V2, $$"""{{'\uFEFF'}}{"inputs":[{{Tensor}}]}""")).AssertOk();
        (await _server.PostAsync("/v2/repository/index", "\uFEFF{}")).AssertOk();
        (await _server.PostAsync("/v2/repository/index", "\uFEFF")).AssertOk();
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    public async Task A_truncated_body_is_never_accepted_as_complete(string coding)
    {
        // White space after the value: a prefix of the text is a complete request.
        var body = Encode($$"""{"inputs":[{{Tensor}}]}{{new string(' ', 5_000)}}""", coding);
        (await PostEncodedAsync(body, coding)).AssertOk();
        for (var length = 0; length < body.Length; length++)
            (await PostEncodedAsync(body[..length], coding)).AssertError(400, "invalid_input");
    }

    [Theory]
    [InlineData("br")]
    [InlineData("zstd")]
    [InlineData("gzip, gzip")]
    public async Task An_unknown_content_coding_is_415(string coding)
        => (await PostEncodedAsync("{}"u8.ToArray(), coding)).AssertError(415, "unsupported_content_coding", $"Content-Encoding should be gzip or deflate, got '{coding}'.");

    [Fact]
    public async Task A_grpc_message_over_a_limit_names_the_limit_and_the_switch()
    {
        await using var server = await PredictorServers.StartModelAsync("free", "--grpc_max_receive_message_length=1000", "--grpc_max_send_message_length=300");
        await RpcAssert.ErrorAsync(
            StatusCode.ResourceExhausted, "payload_too_large", "The message has 4029 bytes, more than the 1000 bytes of --grpc_max_receive_message_length.",
            () => server.Grpc.ModelInferAsync(GrpcRequests.Typed("free", "x", [1, 1_000], new float[1_000])));
        await RpcAssert.ErrorAsync(
            StatusCode.ResourceExhausted, "payload_too_large", "The response message has 469 bytes, more than the 300 bytes of --grpc_max_send_message_length.",
            () => server.Grpc.ModelInferAsync(GrpcRequests.Typed("free", "x", [1, 100], new float[100])));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(30)]
    public async Task An_unreadable_grpc_message_is_a_client_error_also_with_a_deadline(int seconds)
    {
        var method = new Method<byte[], byte[]>(
            MethodType.Unary, "inference.GRPCInferenceService", "ModelInfer", Marshallers.Create(bytes => bytes, bytes => bytes), Marshallers.Create(bytes => bytes, bytes => bytes));
        var options = new CallOptions(deadline: seconds > 0 ? DateTime.UtcNow.AddSeconds(seconds) : null);
        foreach (var message in new[] { [0x0A, 0xFF], [0xFF, 0xFF, 0xFF], "{\"inputs\":[]}"u8.ToArray() })
        {
            var error = await RpcAssert.ErrorAsync(
                StatusCode.InvalidArgument, "invalid_input", () => _server.Channel.CreateCallInvoker().AsyncUnaryCall(method, null, options, message));
            Assert.Equal("The message could not be read. It is not a message of this method.", error.Status.Detail);
        }
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/v1/models")]
    [InlineData("/v1/models/iris-mlp")]
    [InlineData("/v1/models/iris-mlp/metadata")]
    [InlineData("/v1/models/iris-mlp/versions/1")]
    [InlineData("/v2")]
    [InlineData("/v2/health/live")]
    [InlineData("/v2/health/ready")]
    [InlineData("/v2/models/iris-mlp")]
    [InlineData("/v2/models/iris-mlp/ready")]
    [InlineData("/v2/models/iris-mlp/stats")]
    [InlineData("/v2/models/iris-mlp/config")]
    [InlineData("/metrics")]
    [InlineData("/openapi.json")]
    public async Task HEAD_works_where_GET_works(string path)
    {
        var get = await _server.GetAsync(path);
        var head = await _server.SendAsync(HttpMethod.Head, path);
        Assert.Equal((200, 200, get.ContentType, ""), (get.Status, head.Status, head.ContentType, head.Body));
    }

    [Fact]
    public async Task HEAD_does_not_work_where_GET_does_not()
    {
        Assert.Equal(405, (await _server.SendAsync(HttpMethod.Head, V1)).Status);
        Assert.Equal(404, (await _server.SendAsync(HttpMethod.Head, "/v1/models/none")).Status);
    }

    [Fact]
    public async Task Web_pages_of_allowed_origins_may_call_the_server()
    {
        await using var server = await PredictorServers.StartModelAsync("iris-mlp", "--cors_allow_origins=https://a.example, http://localhost:3000");
        var preflight = await SendFromAsync(server, HttpMethod.Options, "https://a.example");
        Assert.Equal(HttpStatusCode.NoContent, preflight.StatusCode);
        Assert.Equal(["https://a.example"], preflight.Headers.GetValues("Access-Control-Allow-Origin"));
        Assert.Equal(["POST"], preflight.Headers.GetValues("Access-Control-Allow-Methods"));
        // The body lacks, so the answer is an error, which the page may read too.
        var failed = await SendFromAsync(server, HttpMethod.Post, "http://localhost:3000");
        Assert.Equal(HttpStatusCode.BadRequest, failed.StatusCode);
        Assert.Equal(["http://localhost:3000"], failed.Headers.GetValues("Access-Control-Allow-Origin"));
        Assert.False((await SendFromAsync(server, HttpMethod.Post, "https://b.example")).Headers.Contains("Access-Control-Allow-Origin"));
        Assert.False((await SendFromAsync(_server, HttpMethod.Post, "https://a.example")).Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Theory]
    [InlineData("a.example")]
    [InlineData("https://a.example/")]
    [InlineData("https://a.example,ftp://b")]
    public async Task An_invalid_origin_is_an_error_at_start(string origins)
        => Assert.Contains("--cors_allow_origins should be * or origins", (await Assert.ThrowsAnyAsync<Exception>(() => PredictorServers.StartModelAsync("iris-mlp", $"--cors_allow_origins={origins}"))).ToString(), StringComparison.Ordinal);

    [Fact]
    public async Task TensorFlow_Servings_paths_answer_in_its_form()
    {
        (await _server.PostAsync("/v1/models/versioned/versions/1:predict", """{"instances":[1]}""")).AssertOk("""{"predictions":[2]}""");
        (await _server.PostAsync("/v1/models/versioned/versions/2:predict", """{"instances":[1]}""")).AssertOk("""{"predictions":[3]}""");
        (await _server.PostAsync("/v1/models/versioned/versions/9:predict", """{"instances":[1]}""")).AssertError(404, "model_not_found");
        (await _server.GetAsync("/v1/models/versioned/versions/1")).AssertOk(
            """{"model_version_status":[{"version":"1","state":"AVAILABLE","status":{"error_code":"OK","error_message":""}}]}""");
        (await _server.GetAsync("/v1/models/versioned/versions/9")).AssertError(404, "model_not_found");
        const string Metadata = """,,"metadata":{"signature_def":{"signature_def":{"serving_default":{"inputs":{"x":{"dtype":"DT_FLOAT","tensor_shape":{"dim":[{"size":"-1","name":""}],"unknown_rank":false},"name":"x"}},"outputs":{"y":{"dtype":"DT_FLOAT","tensor_shape":{"dim":[{"size":"-1","name":""}],"unknown_rank":false},"name":"y"}},"method_name":"tensorflow/serving/predict"}}}}}""";
        (await _server.GetAsync("/v1/models/versioned/metadata")).AssertOk("""{"model_spec":{"name":"versioned","signature_name":"","version":"2"}""" + Metadata[1..]);
        (await _server.GetAsync("/v1/models/versioned/versions/1/metadata")).AssertOk("""{"model_spec":{"name":"versioned","signature_name":"","version":"1"}""" + Metadata[1..]);
        var wrong = await _server.GetAsync("/v1/models/versioned/versions/1:predict");
        wrong.AssertError(405, "method_not_allowed");
    }

    private static byte[] Encode(string text, string coding)
    {
        using var encoded = new MemoryStream();
        using (Stream encoder = coding == "gzip" ? new GZipStream(encoded, CompressionLevel.Fastest, leaveOpen: true) : new ZLibStream(encoded, CompressionLevel.Fastest, leaveOpen: true))
            encoder.Write(Encoding.UTF8.GetBytes(text));
        return encoded.ToArray();
    }

    private static async Task<HttpResponseMessage> SendFromAsync(RunningServer server, HttpMethod method, string origin)
    {
        using var message = new HttpRequestMessage(method, V1);
        message.Headers.Add("Origin", origin);
        if (method == HttpMethod.Options) message.Headers.Add("Access-Control-Request-Method", "POST");
        return await server.Client.SendAsync(message);
    }

    private Task<Answer> PostDataAsync(string shape, string data)
        => _server.PostAsync("/v2/models/free/infer", $$"""{"inputs":[{"name":"x","shape":{{shape}},"datatype":"FP32","data":{{data}}}]}""");

    private Task<Answer> PostEncodedAsync(byte[] body, string coding)
    {
        var content = RunningServer.Raw(body);
        content.Headers.TryAddWithoutValidation("Content-Encoding", coding);
        return _server.PostAsync(V2, content);
    }
}
