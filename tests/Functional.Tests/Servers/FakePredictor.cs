using System.Net;
using System.Runtime.InteropServices;
using Google.Protobuf;
using InferenceServices.Codecs.Grpc.Messages;
using InferenceServices.Functional.Tests.Grpc;
using InferenceServices.Testing;
using InferenceServices.Transformer;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace InferenceServices.Functional.Tests.Servers;

/// <summary>A langid transformer with a small vocabulary and a predictor with scripted responses.</summary>
internal sealed class FakePredictor : IAsyncDisposable
{
    /// <summary>A valid response for the two labels of the vocabulary.</summary>
    public const string Ok = """{"model_name":"langid","outputs":[{"name":"probabilities","shape":[1,2],"datatype":"FP32","data":[0.25,0.75]}]}""";

    private readonly FastTextDirectory _model;
    private readonly RunningServer? _predictor;

    private FakePredictor(FastTextDirectory model, RunningServer? predictor, RunningServer transformer)
    {
        _model = model;
        _predictor = predictor;
        Transformer = transformer;
    }

    public RunningServer Transformer { get; }

    /// <summary>Address of the predictor.</summary>
    public string Host => _predictor!.Host;

    /// <summary>Starts a predictor without protocol extensions.</summary>
    /// <param name="answer">Handles all requests except the one for server metadata.</param>
    /// <param name="switches">Switches of the transformer.</param>
    public static Task<FakePredictor> StartAsync(RequestDelegate answer, params string[] switches)
        => StartAsync(http => http.Request.Path == "/v2" ? http.Response.WriteAsync("""{"name":"fake","version":"1","extensions":[]}""") : answer(http), switches, _ => { });

    /// <summary>Starts a predictor for one protocol; <see cref="OkAsync"/> handles all protocols.</summary>
    /// <param name="protocol">v1, v2 or grpc-v2.</param>
    /// <param name="answer">Handles all requests.</param>
    /// <param name="switches">Switches of the transformer.</param>
    public static Task<FakePredictor> StartAsync(string protocol, RequestDelegate answer, params string[] switches)
        => StartAsync(answer, [$"--predictor_protocol={protocol}", .. switches], listen => listen.Protocols = protocol == "grpc-v2" ? HttpProtocols.Http2 : HttpProtocols.Http1);

    /// <summary>Sends the valid response in the protocol of the request.</summary>
    public static Task OkAsync(HttpContext http) => http.Request.Path.Value switch
    {
        "/v2" => http.Response.WriteAsync("""{"name":"fake","version":"1","extensions":[]}"""),
        "/v1/models/langid:predict" => http.Response.WriteAsync("""{"predictions":[[0.25,0.75]]}"""),
        "/v2/models/langid/infer" => http.Response.WriteAsync(Ok),
        "/inference.GRPCInferenceService/ModelInfer" => SendMessageAsync(http, GrpcOk().ToByteArray()),
        _ => throw new InvalidOperationException($"Unexpected request for {http.Request.Path}."),
    };

    /// <summary><see cref="Ok"/> as a gRPC message.</summary>
    public static ModelInferResponse GrpcOk()
    {
        var answer = new ModelInferResponse { ModelName = "langid" };
        answer.Outputs.Add(new ModelInferResponse.Types.InferOutputTensor { Name = "probabilities", Datatype = "FP32", Shape = { 1, 2 } });
        answer.RawOutputContents.Add(ByteString.CopyFrom(MemoryMarshal.AsBytes<float>([0.25f, 0.75f])));
        return answer;
    }

    /// <summary>Sends a message with its gRPC prefix.</summary>
    public static async Task SendMessageAsync(HttpContext http, byte[] message)
    {
        http.Response.ContentType = "application/grpc";
        http.Response.DeclareTrailer("grpc-status");
        await http.Response.Body.WriteAsync(RawHttp2.Frame(message));
        http.Response.AppendTrailer("grpc-status", "0");
    }

    /// <summary>Starts a predictor.</summary>
    /// <param name="answer">Handles all requests.</param>
    /// <param name="switches">Switches of the transformer.</param>
    /// <param name="listen">Configures the predictor's endpoint; null for plain HTTP.</param>
    public static async Task<FakePredictor> StartAsync(RequestDelegate answer, string[] switches, Action<ListenOptions> listen)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen));
        var app = builder.Build();
        app.Run(answer);
        var predictor = await RunningServer.StartAsync(app);
        return await InFrontOfAsync(predictor.Host, predictor, switches);
    }

    /// <summary>Starts only the transformer, for a predictor of any kind.</summary>
    public static Task<FakePredictor> InFrontOfAsync(string host, params string[] switches) => InFrontOfAsync(host, predictor: null, switches);

    /// <summary>A request with words of the vocabulary.</summary>
    public Task<Answer> PredictAsync(string text = "hello") => Transformer.PostAsync("/v1/models/langid:predict", $$"""{"text":"{{text}}"}""");

    public async ValueTask DisposeAsync()
    {
        await Transformer.DisposeAsync();
        if (_predictor is not null) await _predictor.DisposeAsync();
        _model.Dispose();
    }

    private static async Task<FakePredictor> InFrontOfAsync(string host, RunningServer? predictor, string[] switches)
    {
        var model = new FastTextDirectory(["en", "ca"], ["hello", "</s>"]);
        var transformer = await RunningServer.StartAsync(
            TransformerHost.Build, ["--model_name=langid", $"--model_dir={model.Path}", $"--predictor_host={host}", .. switches]);
        return new FakePredictor(model, predictor, transformer);
    }
}
