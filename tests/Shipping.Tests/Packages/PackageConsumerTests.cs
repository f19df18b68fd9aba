using System.IO.Compression;
using System.Net;
using System.Text;
using Grpc.Net.Client;
using InferenceServices.Codecs.Grpc.Messages;

namespace InferenceServices.Shipping.Tests.Packages;

/// <summary>A service that another repository could contain, built only against packages, answers requests.</summary>
[Collection(nameof(PackageConsumer))]
public sealed class PackageConsumerTests(PackageConsumer consumer)
{
    private const string Flower = """{"measurements":[6.8,2.8,4.8,1.4]}""";
    private const string Species = """{"name":"Iris versicolor","probability":0.9939016}""";

    [Fact]
    public async Task The_service_answers_over_V1()
        => Assert.Equal(Species, await PostAsync("v1/models/iris:predict", Flower));

    [Fact]
    public async Task The_service_rejects_an_invalid_request()
        => Assert.Contains("The input 'measurements' should have 4 numbers.", await PostAsync("v1/models/iris:predict", """{"measurements":[1]}"""), StringComparison.Ordinal);

    [Fact]
    public async Task The_service_rejects_a_truncated_body()
    {
        using var body = new MemoryStream();
        using (var gzip = new GZipStream(body, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(Encoding.UTF8.GetBytes(Flower));
        using var client = new HttpClient { BaseAddress = consumer.Address };
        using var content = new ByteArrayContent(body.ToArray()[..^8]) { Headers = { ContentEncoding = { "gzip" } } };

        using var response = await client.PostAsync("v1/models/iris:predict", content);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task The_service_answers_over_V2()
        => Assert.Contains(
            Encode(Species),
            await PostAsync("v2/models/iris/infer", $$"""{"inputs":[{"name":"input","shape":[1],"datatype":"BYTES","data":["{{Encode(Flower)}}"]}]}"""),
            StringComparison.Ordinal);

    [Fact]
    public async Task The_service_answers_over_gRPC()
    {
        using var channel = GrpcChannel.ForAddress(consumer.GrpcAddress);
        var tensor = new ModelInferRequest.Types.InferInputTensor { Name = "input", Datatype = "BYTES", Shape = { 1 }, Contents = new InferTensorContents() };
        tensor.Contents.BytesContents.Add(Google.Protobuf.ByteString.CopyFromUtf8(Flower));

        var response = await new GRPCInferenceService.GRPCInferenceServiceClient(channel).ModelInferAsync(new ModelInferRequest { ModelName = "iris", Inputs = { tensor } });

        // An element behind its length.
        var output = response.RawOutputContents.Count > 0 ? response.RawOutputContents[0].Span[sizeof(int)..] : response.Outputs[0].Contents.BytesContents[0].Span;
        Assert.Equal(Species, Encoding.UTF8.GetString(output));
    }

    [Fact]
    public async Task Help_lists_the_switch_of_the_service_and_those_of_the_packages()
    {
        var help = await PackageConsumer.OutputAsync("--help");

        Assert.Matches(@"--species +Names of the species", help);
        Assert.Matches(@"--predictor_host ", help);
        Assert.Matches(@"--http_port ", help);
    }

    [Fact]
    public void The_packages_come_from_this_build()
        => Assert.Equal(
            ["client", "codecs", "configuration", "contracts", "http", "inference", "modelserver", "onnx"],
            PackageConsumer.Installed.Select(name => name["inferenceservices.".Length..]).Order(StringComparer.Ordinal));

    private static string Encode(string json) => json.Replace("\"", "\\\"", StringComparison.Ordinal);

    private async Task<string> PostAsync(string path, string body)
    {
        using var client = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(1) });
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await client.PostAsync(new Uri(consumer.Address, path), content);
        return await response.Content.ReadAsStringAsync();
    }
}
