using System.IO.Compression;
using System.Net;
using Google.Protobuf;
using Grpc.Core;
using InferenceServices.Codecs.Grpc.Messages;
using InferenceServices.Functional.Tests.Predictor;
using InferenceServices.Functional.Tests.Servers;

namespace InferenceServices.Functional.Tests.Grpc;

/// <summary>Requests that no gRPC client sends, and the errors on the wire.</summary>
[Collection(nameof(PredictorFixture))]
public sealed class ErrorTests(PredictorFixture predictor)
{
    private static readonly byte[] Good = GrpcRequests.Typed("iris-mlp", "x", [1, 4], 1, 2, 3, 4).ToByteArray();

    private readonly RunningServer _server = predictor.Server;

    public static TheoryData<string, byte[]> Unreadable => new()
    {
        { "nothing", [] },
        { "half a header", [0, 0] },
        { "a header alone", [0, 0, 0, 0, 9] },
        { "half a message", RawHttp2.Frame(Good)[..20] },
        { "two messages", [.. RawHttp2.Frame(Good), .. RawHttp2.Frame(Good)] },
        { "no protocol buffer", RawHttp2.Frame([0xff, 0xff, 1, 2, 3]) },
        { "a string that is not UTF-8", RawHttp2.Frame([0x0a, 2, 0xff, 0xfe]) },
        { "a length beyond the message", RawHttp2.Frame([0x0a, 0x7f, 1]) },
        { "an unknown flag", RawHttp2.Frame(Good, compressed: 7) },
        { "compressed with nothing named", RawHttp2.Frame(Good, compressed: 1) },
    };

    [Theory]
    [MemberData(nameof(Unreadable))]
    public async Task An_unreadable_message_is_an_invalid_argument(string what, byte[] body)
    {
        using var answer = await RawHttp2.PostAsync(_server.GrpcAddress, RawHttp2.Infer, body);

        AssertError(answer, StatusCode.InvalidArgument, "invalid_input");
        Assert.StartsWith("The message could not be read. ", Detail(answer), StringComparison.Ordinal);
        Assert.NotEmpty(what);
    }

    [Fact]
    public async Task A_length_over_the_limit_names_the_limit_and_its_switch()
    {
        using var answer = await RawHttp2.PostAsync(_server.GrpcAddress, RawHttp2.Infer, [0, 0xff, 0xff, 0xff, 0xff, 1, 2]);

        AssertError(answer, StatusCode.ResourceExhausted, "payload_too_large");
        Assert.Equal("The message has 4294967295 bytes, more than the 8388608 bytes of --grpc_max_receive_message_length.", Detail(answer));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    public async Task A_compressed_message_without_bytes_is_an_invalid_argument(string coding)
    {
        using var answer = await RawHttp2.PostAsync(_server.GrpcAddress, RawHttp2.Infer, RawHttp2.Frame([], compressed: 1), headers: ("grpc-encoding", coding));

        AssertError(answer, StatusCode.InvalidArgument, "invalid_input");
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(15)]
    public async Task Millions_of_empty_fields_are_an_invalid_argument(int field)
    {
        var message = new byte[8_000_000];
        for (var i = 0; i < message.Length; i += 2) message[i] = (byte)((field << 3) | 2);
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(message);

        using var plain = await RawHttp2.PostAsync(_server.GrpcAddress, RawHttp2.Infer, RawHttp2.Frame(message));
        using var compressed = await RawHttp2.PostAsync(
            _server.GrpcAddress, RawHttp2.Infer, RawHttp2.Frame(packed.ToArray(), compressed: 1), headers: ("grpc-encoding", "gzip"));

        foreach (var answer in new[] { plain, compressed })
        {
            AssertError(answer, StatusCode.InvalidArgument, "invalid_input");
            Assert.Equal("the message should have at most 16384 inputs, outputs, parameters and other fields", Detail(answer));
        }
    }

    [Fact]
    public async Task A_message_of_another_method_is_short()
    {
        using var answer = await RawHttp2.PostAsync(
            _server.GrpcAddress, "/inference.GRPCInferenceService/ServerLive", RawHttp2.Frame(new byte[100_000]));

        AssertError(answer, StatusCode.ResourceExhausted, "payload_too_large");
    }

    [Fact]
    public async Task Invalid_gzip_is_an_invalid_argument()
    {
        using var answer = await RawHttp2.PostAsync(_server.GrpcAddress, RawHttp2.Infer, RawHttp2.Frame(Good, 1), headers: ("grpc-encoding", "gzip"));

        AssertError(answer, StatusCode.InvalidArgument, "invalid_input");
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    public async Task Bytes_behind_the_compressed_content_of_a_message_are_an_invalid_argument(string coding)
    {
        using var packed = new MemoryStream();
        using (Stream encoder = coding == "gzip" ? new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true) : new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            encoder.Write(Good);

        using var good = await RawHttp2.PostAsync(_server.GrpcAddress, RawHttp2.Infer, RawHttp2.Frame(packed.ToArray(), 1), headers: ("grpc-encoding", coding));
        using var answer = await RawHttp2.PostAsync(_server.GrpcAddress, RawHttp2.Infer, RawHttp2.Frame([.. packed.ToArray(), 0], 1), headers: ("grpc-encoding", coding));

        Assert.Equal("0", good.TrailingHeaders.GetValues("grpc-status").Single());
        AssertError(answer, StatusCode.InvalidArgument, "invalid_input");
        Assert.Equal("The message could not be read. Its compressed content is invalid, incomplete or followed by other bytes.", Detail(answer));
    }

    // The gRPC specification requires the status and the list of codings.
    [Theory]
    [InlineData("br")]
    [InlineData("gzip,gzip")]
    [InlineData("")]
    public async Task An_unknown_coding_of_a_message_is_unimplemented(string coding)
    {
        foreach (var method in new[] { "ModelInfer", "ModelStreamInfer", "ServerLive" })
        {
            using var answer = await RawHttp2.PostAsync(
                _server.GrpcAddress, $"/inference.GRPCInferenceService/{method}", RawHttp2.Frame(Good, compressed: 1), headers: ("grpc-encoding", coding));

            AssertError(answer, StatusCode.Unimplemented, "unsupported_content_coding");
            Assert.StartsWith($"Unsupported grpc-encoding value '{coding}'.", Detail(answer), StringComparison.Ordinal);
            Assert.Equal("identity,gzip,deflate", answer.Headers.GetValues("grpc-accept-encoding").Single());
        }
    }

    [Fact]
    public async Task An_error_is_a_trailers_only_response_with_the_id_of_the_request()
    {
        var request = GrpcRequests.Typed("iris-mlp", "x", [1, 3], 1, 2, 3).ToByteArray();

        using var answer = await RawHttp2.PostAsync(_server.GrpcAddress, RawHttp2.Infer, RawHttp2.Frame(request), headers: ("x-request-id", "mine"));

        AssertError(answer, StatusCode.InvalidArgument, "invalid_input");
        Assert.Equal("unexpected shape for input 'x' for model 'iris-mlp'. Expected [-1,4], got [1,3]", Detail(answer));
        Assert.Equal("mine", answer.Headers.GetValues("x-request-id").Single());
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task An_error_that_quotes_input_fits_the_header_limits_of_clients()
    {
        foreach (var name in new[] { new string('日', 100_000), new string('x', 100_000), string.Concat(Enumerable.Repeat("🌍", 50_000)), "line\nbreak\0" })
        {
            foreach (var request in new[] { GrpcRequests.Typed("iris-mlp", name, [1, 4], 1, 2, 3, 4), GrpcRequests.Typed(name, "x", [1], 1) })
            {
                using var answer = await RawHttp2.PostAsync(_server.GrpcAddress, RawHttp2.Infer, RawHttp2.Frame(request.ToByteArray()));

                Assert.NotEqual("0", RawHttp2.StatusInHeaders(answer));
                Assert.InRange(answer.Headers.Sum(header => header.Key.Length + header.Value.Sum(value => value.Length)), 1, 7_800);
            }
        }
    }

    [Theory]
    [InlineData("/inference.GRPCInferenceService/Nope")]
    [InlineData("/inference.GRPCInferenceService/SystemSharedMemoryStatus")]
    [InlineData("/other.Service/ModelInfer")]
    [InlineData("/nothing")]
    public async Task An_unknown_method_is_unimplemented(string path)
    {
        using var answer = await RawHttp2.PostAsync(_server.GrpcAddress, path, RawHttp2.Frame([]));

        Assert.Equal($"{(int)StatusCode.Unimplemented}", RawHttp2.StatusInHeaders(answer));
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/grpc-web")]
    [InlineData(null)]
    public async Task A_request_that_is_not_gRPC_gets_a_json_error(string? contentType)
    {
        using var response = await RawHttp2.PostAsync(_server.GrpcAddress, RawHttp2.Infer, "{}"u8.ToArray(), contentType);
        var answer = await Answer.OfAsync(response);

        answer.AssertError(
            415, "bad_request", $"{RawHttp2.Infer} takes gRPC, which is application/grpc over HTTP/2; got '{contentType}' over HTTP/2.");
    }

    [Fact]
    public async Task GRPC_over_http_1_gets_a_json_error()
        => (await _server.PostAsync(RawHttp2.Infer, RawHttp2.Frame(Good), "application/grpc")).AssertError(
            426, "bad_request", $"{RawHttp2.Infer} takes gRPC, which is application/grpc over HTTP/2; got 'application/grpc' over HTTP/1.1.");

    [Fact]
    public async Task Http_1_on_the_gRPC_port_gets_an_error_and_not_a_reset()
    {
        using var client = new HttpClient();

        using var answer = await client.GetAsync(new Uri(_server.GrpcAddress, "/v2"));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task REST_is_served_over_http_2_on_the_gRPC_port()
    {
        using var found = await RawHttp2.SendAsync(_server.GrpcAddress, HttpMethod.Get, "/v2/health/ready");
        using var missing = await RawHttp2.SendAsync(_server.GrpcAddress, HttpMethod.Get, "/nothing");

        (await Answer.OfAsync(found)).AssertOk("""{"ready":true}""");
        (await Answer.OfAsync(missing)).AssertError(404, "not_found");
    }

    [Fact]
    public async Task The_server_is_live_after_all_errors()
    {
        foreach (var row in Unreadable)
        {
            using var answer = await RawHttp2.PostAsync(_server.GrpcAddress, RawHttp2.Infer, row.Data.Item2);
        }

        var good = await _server.Grpc.ModelInferAsync(ModelInferRequest.Parser.ParseFrom(Good));

        Assert.Equal(3, good.Outputs.Single().Contents.Fp32Contents.Count);
    }

    private static void AssertError(HttpResponseMessage answer, StatusCode status, string code)
    {
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal($"{(int)status}", RawHttp2.StatusInHeaders(answer));
        Assert.Equal(code, answer.Headers.GetValues("error-code").Single());
    }

    private static string Detail(HttpResponseMessage answer) => Uri.UnescapeDataString(answer.Headers.GetValues("grpc-message").Single());
}
