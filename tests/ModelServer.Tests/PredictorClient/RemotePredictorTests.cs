using System.Net;
using System.Net.Http.Headers;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;
using InferenceServices.ModelServer.PredictorClient;
using Microsoft.Extensions.Options;

namespace InferenceServices.ModelServer.Tests.PredictorClient;

public sealed class RemotePredictorTests
{
    private const string Answer = """{"model_name":"m","outputs":[{"name":"y","shape":[1],"datatype":"FP32","data":[2]}]}""";

    [Fact]
    public async Task A_request_goes_out_as_v2_and_the_answer_comes_back_as_tensors()
    {
        var wire = new Wire(HttpStatusCode.OK, Answer);

        using var response = await InferAsync(wire, "a model");

        Assert.Equal("POST http://predictor/v2/models/a%20model/infer application/json", wire.Seen);
        Assert.Equal("""{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[1]}]}""", wire.SeenBody);
        Assert.Equal([2f], response["y"].Values<float>().ToArray());
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>")]
    [InlineData("{\"outputs\":5}")]
    [InlineData("""{"outputs":[{"name":"y","shape":[2],"datatype":"FP32","data":[2]}]}""")]
    public async Task An_answer_that_is_no_answer_is_the_predictors_fault(string body)
    {
        var refusal = await Assert.ThrowsAsync<PredictorException>(() => InferAsync(new Wire(HttpStatusCode.OK, body)));

        Assert.Equal((502, "predictor_failed"), (refusal.StatusCode, refusal.Code));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"name":"m","platform":"p","inputs":[{"name":"x","datatype":"FP32","shape":"?"}],"outputs":[]}""")]
    public async Task Metadata_that_is_none_is_the_predictors_fault(string body)
    {
        var predictor = Predictor(new Wire(HttpStatusCode.OK, body));

        var refusal = await Assert.ThrowsAsync<PredictorException>(async () => await predictor.GetMetadataAsync("m", null, CancellationToken.None));

        Assert.Equal((502, "predictor_failed"), (refusal.StatusCode, refusal.Code));
    }

    [Theory]
    [InlineData(400, "{\"error\":\"why\"}", 400, "why")]
    [InlineData(429, "{\"error\":\"full\"}", 429, "full")]
    [InlineData(503, "<html>", 503, "it gave no reason")]
    [InlineData(404, "{\"error\":5}", 404, "it gave no reason")]
    [InlineData(500, "{\"error\":\"oops\"}", 502, "The predictor answered 500: oops")]
    public async Task A_refusal_is_passed_on_or_called_a_bad_gateway(int status, string body, int expected, string message)
    {
        var refusal = await Assert.ThrowsAsync<PredictorException>(() => InferAsync(new Wire((HttpStatusCode)status, body)));

        Assert.Equal((expected, message, TimeSpan.FromSeconds(7)), (refusal.StatusCode, refusal.Message, refusal.RetryAfter ?? TimeSpan.FromSeconds(7)));
    }

    [Fact]
    public async Task A_predictor_that_cannot_be_reached_is_named()
    {
        var wire = new Wire(HttpStatusCode.OK, "") { Failure = new HttpRequestException(HttpRequestError.ConnectionError) };

        var refusal = await Assert.ThrowsAsync<PredictorException>(() => InferAsync(wire));

        Assert.Equal((502, "The predictor at predictor cannot be reached."), (refusal.StatusCode, refusal.Message));
    }

    [Fact]
    public async Task A_caller_who_left_is_no_time_out()
    {
        using var request = InferRequest.Of("x", Tensor.Of<float>(Datatype.Fp32, new Shape(1), [1]));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await Predictor(new Wire(HttpStatusCode.OK, Answer)).InferAsync("m", null, request, new CancellationToken(true)));
    }

    private static async Task<InferResponse> InferAsync(Wire wire, string model = "m")
    {
        using var request = InferRequest.Of("x", Tensor.Of<float>(Datatype.Fp32, new Shape(1), [1]));
        return await Predictor(wire).InferAsync(model, null, request, CancellationToken.None);
    }

    private static RemotePredictor Predictor(Wire wire)
        => new(new HttpClient(wire) { BaseAddress = new Uri("http://predictor/") }, Options.Create(new PredictorClientOptions { PredictorHost = "predictor" }));

    private sealed class Wire(HttpStatusCode status, string body) : HttpMessageHandler
    {
        public Exception? Failure { get; init; }

        public string? Seen { get; private set; }

        public string? SeenBody { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Failure is not null) throw Failure;
            Seen = $"{request.Method} {request.RequestUri!.AbsoluteUri} {request.Content?.Headers.ContentType}";
            if (request.Content is not null) SeenBody = await request.Content.ReadAsStringAsync(cancellationToken);
            var response = new HttpResponseMessage(status) { Content = new ByteArrayContent(Json.Utf8(body)) };
            response.Headers.RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromSeconds(7));
            return response;
        }
    }
}
