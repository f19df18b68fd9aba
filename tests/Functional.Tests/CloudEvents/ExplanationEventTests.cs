using System.Text.Json;
using InferenceServices.Contracts.Serving;
using InferenceServices.Contracts.V1;
using InferenceServices.Functional.Tests.Servers;
using InferenceServices.Inference;
using InferenceServices.ModelServer.Hosting;
using InferenceServices.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace InferenceServices.Functional.Tests.CloudEvents;

/// <summary><c>:explain</c> with an explainer that returns the body it receives.</summary>
public sealed class ExplanationEventTests : IAsyncLifetime
{
    private const string Explain = "/v1/models/echo:explain";
    private const string Body = """{ "instances" : [1.50, "\u0041"] }""";

    private RunningServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = ModelServerBuilder.Create(["--host=127.0.0.1", "--http_port=0", "--enable_grpc=false", $"--model_dir={TestModels.PathOf("fixed")}"])
            .AddModelServer()
            .AddInference();
        builder.Services.AddSingleton(new ServiceDefinition("echo", new NoTransformer(), new EchoExplainer(), 1 << 20));
        _server = await RunningServer.StartAsync(builder.Build().MapModelServer());
    }

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData(null)]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/octet-stream")]
    public async Task The_explainer_gets_the_body_unchanged(string? contentType)
        => Assert.Equal(Body, BodyOf(await _server.PostAsync(Explain, RunningServer.Json(Body, contentType))));

    [Fact]
    public async Task The_explainer_gets_the_data_of_an_event_unchanged()
    {
        var escaped = JsonSerializer.Serialize(Body);

        Events.AssertBinary(await Events.PostBinaryAsync(_server, Explain, Body), "echo", $"{{\"body\":{Raw(escaped)}}}");
        var structured = await Events.PostStructuredAsync(_server, Explain, Body);
        Assert.Equal((200, Events.Structured), (structured.Status, structured.ContentType));
        Assert.Equal(Body, structured.Json.GetProperty("data").GetProperty("body").GetString());
        Assert.Equal(Body, BodyOf(await Events.PostStructuredAsync(_server, Explain, Body, contentType: null)));
    }

    private static string? BodyOf(Answer answer) => answer.AssertOk().Json.GetProperty("body").GetString();

    // Escapes required characters only.
    private static string Raw(string json) => json.Replace("\\u0022", "\\\"", StringComparison.Ordinal);

    private sealed class EchoExplainer : IExplainer
    {
        public Type Parameters => typeof(object);

        public Type Answer => typeof(object);

        public ValueTask<PredictResponse> ExplainAsync(PredictRequest request, CancellationToken cancellationToken)
            => new(new Echo(System.Text.Encoding.UTF8.GetString(request.Body.Span)));
    }

    private sealed class Echo(string body) : PredictResponse
    {
        public override void WriteTo(Utf8JsonWriter writer)
        {
            writer.WriteStartObject();
            writer.WriteString("body", body);
            writer.WriteEndObject();
        }
    }

    private sealed class NoTransformer : ITransformer
    {
        public ITransformation Read(PredictRequest request) => throw new NotSupportedException();
    }
}
