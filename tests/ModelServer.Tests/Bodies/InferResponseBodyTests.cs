using System.IO.Compression;
using System.Text;
using System.Text.Json;
using InferenceServices.Codecs.V2;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;
using InferenceServices.ModelServer.Bodies;
using Microsoft.AspNetCore.Http;

namespace InferenceServices.ModelServer.Tests.Bodies;

public sealed class InferResponseBodyTests : IDisposable
{
    private readonly InferResponse _response = new()
    {
        ModelName = "m",
        Outputs =
        [
            new InferOutput("a", Tensor.Of<int>(Datatype.Int32, new Shape(2), [1, 2])),
            new InferOutput("s", Json.Strings("x")),
        ],
    };

    [Fact]
    public void A_response_without_binary_outputs_is_json()
    {
        var (http, body) = Send(new InferRequest { Inputs = [] });

        Assert.Equal("application/json", http.Response.ContentType);
        Assert.False(http.Response.Headers.ContainsKey(InferenceHeader.Name));
        Assert.Equal(body.Length, http.Response.ContentLength);
        Assert.Equal(2, JsonDocument.Parse(body).RootElement.GetProperty("outputs").GetArrayLength());
    }

    // As in Triton, the parameter of an output overrides that of the request.
    [Theory]
    [InlineData(null, null, false, "")]
    [InlineData(null, null, true, "as")]
    [InlineData(true, null, false, "a")]
    [InlineData(false, null, true, "s")]
    [InlineData(false, false, true, "")]
    [InlineData(true, true, false, "as")]
    public void Outputs_are_binary_if_the_output_or_else_the_request_requests_it(bool? a, bool? s, bool all, string binary)
    {
        var (http, body) = Send(new InferRequest
        {
            Inputs = [],
            Outputs = [new RequestedOutput("s") { BinaryData = s }, new RequestedOutput("a") { BinaryData = a }],
            BinaryDataOutput = all,
        });

        var length = binary.Length == 0 ? body.Length : int.Parse(http.Response.Headers[InferenceHeader.Name]!, null);
        byte[] expected = [.. binary.Contains('a') ? new byte[] { 1, 0, 0, 0, 2, 0, 0, 0 } : [], .. binary.Contains('s') ? new byte[] { 1, 0, 0, 0, (byte)'x' } : []];
        Assert.Equal(expected, body[length..]);
        Assert.Equal(body.Length, http.Response.ContentLength);
        Assert.Equal(binary.Length == 0 ? "application/json" : "application/octet-stream", http.Response.ContentType);
        foreach (var output in JsonDocument.Parse(body.AsMemory(0, length)).RootElement.GetProperty("outputs").EnumerateArray())
        {
            var isBinary = binary.Contains(output.GetProperty("name").GetString()!, StringComparison.Ordinal);
            Assert.Equal(isBinary, output.TryGetProperty("parameters", out var parameters));
            Assert.Equal(!isBinary, output.TryGetProperty("data", out _));
            if (isBinary) Assert.Equal(output.GetProperty("name").GetString() == "a" ? 8 : 5, parameters.GetProperty("binary_data_size").GetInt32());
        }
    }

    [Fact]
    public void Half_precision_outputs_are_binary()
    {
        using var half = new InferResponse { ModelName = "m", Outputs = [new InferOutput("h", Tensor.Of<Half>(Datatype.Fp16, new Shape(1), [(Half)1.5]))] };

        var (http, body) = Send(new InferRequest { Inputs = [], BinaryDataOutput = true }, half);

        Assert.Equal([0x00, 0x3E], body[int.Parse(http.Response.Headers[InferenceHeader.Name]!, null)..]);
    }

    [Fact]
    public void The_json_length_counts_uncompressed_bytes()
    {
        using var large = new InferResponse { ModelName = "m", Outputs = [new InferOutput("z", Tensor.Of<long>(Datatype.Int64, new Shape(500), new long[500]))] };

        var (http, body) = Send(new InferRequest { Inputs = [], BinaryDataOutput = true }, large, acceptEncoding: "deflate");

        Assert.Equal(("deflate", "Accept-Encoding"), (http.Response.Headers.ContentEncoding.ToString(), http.Response.Headers.Vary.ToString()));
        Assert.Equal(body.Length, http.Response.ContentLength);
        Assert.InRange(body.Length, 1, 400);
        var plain = new MemoryStream();
        using (var inflated = new ZLibStream(new MemoryStream(body), CompressionMode.Decompress)) inflated.CopyTo(plain);
        var json = int.Parse(http.Response.Headers[InferenceHeader.Name]!, null);
        Assert.Equal(json + 4000, plain.Length);
        Assert.StartsWith("{\"model_name\"", Encoding.UTF8.GetString(plain.ToArray(), 0, json), StringComparison.Ordinal);
    }

    public void Dispose() => _response.Dispose();

    private (DefaultHttpContext Http, byte[] Body) Send(InferRequest request, InferResponse? response = null, string? acceptEncoding = null)
    {
        var http = new DefaultHttpContext();
        var body = new MemoryStream();
        http.Response.Body = body;
        if (acceptEncoding is not null) http.Request.Headers.AcceptEncoding = acceptEncoding;
        InferResponseBody.SendAsync(http.Response, response ?? _response, new BinaryOutputs(request), default, reservation: null).AsTask().GetAwaiter().GetResult();
        http.Response.BodyWriter.Complete();
        return (http, body.ToArray());
    }
}
