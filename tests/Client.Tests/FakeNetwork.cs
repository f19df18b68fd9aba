using System.Net;
using InferenceServices.Contracts.Serving;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace InferenceServices.Client.Tests;

/// <summary>Fake network between client and predictor: a test handles each request.</summary>
internal sealed class FakeNetwork : HttpMessageHandler
{
    /// <summary>A valid response of a predictor: <c>y</c> = 2.</summary>
    public const string Answer = """{"model_name":"m","outputs":[{"name":"y","shape":[1],"datatype":"FP32","data":[2]}]}""";

    private readonly Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> _answer;

    public FakeNetwork(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> answer) => _answer = answer;

    /// <param name="answer">Response to every request except the one for server metadata, which have no extensions.</param>
    public FakeNetwork(Func<HttpResponseMessage> answer)
        => _answer = (request, _) => Task.FromResult(request.RequestUri!.AbsolutePath == "/v2" ? Respond("{}") : answer());

    public PredictorClientOptions Options { get; init; } = new() { PredictorHost = "predictor" };

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    /// <summary>Method and path of each request, in order.</summary>
    public List<string> Requests { get; } = [];

    private IOptions<PredictorClientOptions> Bound => Microsoft.Extensions.Options.Options.Create(Options);

    public PredictorHttp Http
        => new(new PredictorHandler(new RequestHeadersAccessor(), this), Bound, Time);

    public RemotePredictor Predictor(Func<PredictorHttp, IPredictorProtocol>? protocol = null)
        => new((protocol ?? (http => new V2Protocol(http, Time)))(Http), Bound, Time, NullLogger<RemotePredictor>.Instance);

    public static HttpResponseMessage Respond(string body, HttpStatusCode status = HttpStatusCode.OK) => Respond(System.Text.Encoding.UTF8.GetBytes(body), status);

    public static HttpResponseMessage Respond(byte[] body, HttpStatusCode status = HttpStatusCode.OK) => new(status) { Content = new ByteArrayContent(body) };

    /// <summary>Sends an inference request with one FP32 value <c>x</c>.</summary>
    public static async Task<InferResponse> InferAsync(RemotePredictor predictor, CancellationToken cancellationToken = default)
    {
        using var request = InferRequest.Of("x", Tensor.Of<float>(Datatype.Fp32, new Shape(1), [1]));
        return await predictor.InferAsync("m", modelVersion: null, request, cancellationToken);
    }

    /// <summary>Advances the clock until the task completes.</summary>
    public async Task<T> PassTimeAsync<T>(Task<T> work)
    {
        while (!work.IsCompleted)
        {
            Time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }
        return await work;
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (Requests) Requests.Add($"{request.Method} {request.RequestUri!.AbsolutePath}");
        return _answer(request, cancellationToken);
    }
}
