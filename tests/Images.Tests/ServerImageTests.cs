using System.Text.Json.Nodes;
using Google.Protobuf;
using InferenceServices.Codecs.Grpc.Messages;
using InferenceServices.Testing;

namespace InferenceServices.Images.Tests;

/// <summary>Runs the images of the servers, each with a real model.</summary>
public sealed class ServerImageTests
{
    private const string Text = """{"text":"Some random text in any language"}""";
    private const string Language = """{"language":"en","wikicode":"en","languagename":"English","score":0.837975}""";

    [Fact]
    public async Task The_predictor_supports_every_protocol_and_stops_on_SIGTERM()
    {
        await using var server = await RunningImage.StartAsync("inference-services-predictor", TestModels.PathOf("iris-mlp"), "--model_name=iris", "--model_dir=/mnt/models");

        var v1 = await server.PostAsync("/v1/models/iris:predict", """{"instances":[[6.8,2.8,4.8,1.4]]}""");
        var v2 = await server.PostAsync("/v2/models/iris/infer", """{"inputs":[{"name":"x","shape":[1,4],"datatype":"FP32","data":[6.8,2.8,4.8,1.4]}]}""");
        var row = new InferTensorContents { Fp32Contents = { 6.8f, 2.8f, 4.8f, 1.4f } };
        var grpc = await server.Grpc.ModelInferAsync(new() { ModelName = "iris", Inputs = { new ModelInferRequest.Types.InferInputTensor { Name = "x", Datatype = "FP32", Shape = { 1, 4 }, Contents = row } } });

        var scores = v1["predictions"]![0]!.AsArray().Select(score => score!.GetValue<float>()).ToArray();
        Assert.Equal(1, Array.IndexOf(scores, scores.Max()));
        Assert.Equal(scores, v2["outputs"]![0]!["data"]!.AsArray().Select(score => score!.GetValue<float>()));
        Assert.Equal(scores, grpc.Outputs[0].Contents.Fp32Contents);
        await AssertDescribedAsync(server, "/v1/models/iris:predict");
        Assert.Equal(0, await server.StopAsync());
    }

    [Fact]
    public async Task The_transformer_supports_every_protocol_and_stops_on_SIGTERM()
    {
        await using var server = await RunningImage.StartAsync("inference-services-transformer", TestData.LangIdModel, "--model_name=langid", "--model_dir=/mnt/models");

        Assert.Equal(Language, (await server.PostAsync("/v1/models/langid:predict", Text)).ToJsonString());
        var input = new ModelInferRequest.Types.InferInputTensor { Name = "input", Datatype = "BYTES", Shape = { 1 }, Contents = new InferTensorContents { BytesContents = { ByteString.CopyFromUtf8(Text) } } };
        Assert.Equal(Language, (await server.Grpc.ModelInferAsync(new() { ModelName = "langid", Inputs = { input } })).Outputs[0].Contents.BytesContents[0].ToStringUtf8());
        await AssertDescribedAsync(server, "/v1/models/langid:predict");
        Assert.Equal(0, await server.StopAsync());
    }

    [Fact]
    public async Task The_explainer_returns_JSON_and_HTML_and_stops_on_SIGTERM()
    {
        await using var server = await RunningImage.StartAsync("inference-services-explainer", TestData.LangIdModel, "--model_name=langid", "--model_dir=/mnt/models", "--predictor_host=");

        var explanation = (await server.PostAsync("/v1/models/langid:explain", Text))["explanations"]![0]!;
        Assert.Equal("en", (string?)explanation["prediction"]!["label"]);
        Assert.Equal(6, explanation["attributions"]!.AsArray().Count);
        using var page = new HttpRequestMessage(HttpMethod.Post, "/v1/models/langid:explain") { Content = new StringContent(Text), Headers = { { "Accept", "text/html" } } };
        Assert.Contains("random", await (await server.Client.SendAsync(page)).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.True((await server.Grpc.ModelReadyAsync(new() { Name = "langid-explainer" })).Ready);
        await AssertDescribedAsync(server, "/v1/models/langid:explain");
        Assert.Equal(0, await server.StopAsync());
    }

    // These do not need the framework assemblies that the images omit.
    private static async Task AssertDescribedAsync(RunningImage server, string path)
    {
        Assert.NotNull(JsonNode.Parse(await server.GetAsync("/openapi.json"))!["paths"]![path]);
        Assert.Contains("<html", await server.GetAsync("/docs"), StringComparison.OrdinalIgnoreCase);
        Assert.Contains("request_predict_seconds", await server.GetAsync("/metrics"), StringComparison.Ordinal);
        Assert.DoesNotContain(" fail: ", server.Lines, StringComparison.Ordinal);
    }
}
