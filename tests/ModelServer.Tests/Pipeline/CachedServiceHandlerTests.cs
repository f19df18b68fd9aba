using System.Text;
using System.Text.Json;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Serving;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V1;
using InferenceServices.Contracts.V2;
using InferenceServices.ModelServer.Pipeline;
using InferenceServices.ModelServer.Telemetry;
using InferenceServices.ResponseCache;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace InferenceServices.ModelServer.Tests.Pipeline;

/// <summary>Tests of the response cache of a service.</summary>
public sealed class CachedServiceHandlerTests : IDisposable
{
    private static readonly CacheKey Lasting = new("revision 7", IsLasting: true);
    private static readonly CacheKey Passing = new("page 5", IsLasting: false);
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero));
    private readonly TestMeters _meters = new();
    private readonly RequestMetrics _metrics;
    private readonly FakePredictor _predictor = new();
    private ServiceProvider? _services;
    private int _made;

    public CachedServiceHandlerTests() => _metrics = new RequestMetrics(_meters);

    public void Dispose()
    {
        _services?.Dispose();
        _meters.Dispose();
    }

    [Fact]
    public async Task A_lasting_response_is_computed_once_and_cached()
    {
        var (first, second) = (new RequestRecord(), new RequestRecord());

        Assert.Equal("\"answer 1\"", await HandleAsync(Lasting, first));
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal("\"answer 1\"", await HandleAsync(Lasting, second));

        Assert.Equal((CacheOutcome.Miss, TimeSpan.FromDays(1)), (first.CacheOutcome, first.CacheLifetime));
        Assert.Equal((CacheOutcome.Hit, TimeSpan.FromSeconds(3)), (second.CacheOutcome, second.CacheAge));
        Assert.Equal(["prediction_cache{model_name=m,outcome=miss} 1", "prediction_cache{model_name=m,outcome=hit} 1"], _meters.Measured);
    }

    [Fact]
    public async Task A_response_that_is_not_lasting_is_computed_for_every_request()
    {
        var record = new RequestRecord();

        Assert.Equal("\"answer 1\"", await HandleAsync(Passing, new RequestRecord()));
        Assert.Equal("\"answer 2\"", await HandleAsync(Passing, record));

        Assert.Equal((CacheOutcome.Miss, null), (record.CacheOutcome, record.CacheLifetime));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_hundred_equal_concurrent_requests_share_one_computation(bool lasts)
    {
        var key = lasts ? Lasting : Passing;
        var gate = new TaskCompletionSource();
        var records = Enumerable.Range(0, 100).Select(_ => new RequestRecord()).ToArray();
        var requests = records.Select(record => HandleAsync(key, record, gate.Task)).ToArray();
        gate.SetResult();

        Assert.All(await Task.WhenAll(requests).WaitAsync(Guard), answer => Assert.Equal("\"answer 1\"", answer));
        Assert.Equal(1, records.Count(record => record.CacheOutcome == CacheOutcome.Miss));
        Assert.Equal(99, records.Count(record => record.CacheOutcome == CacheOutcome.Coalesced));
    }

    [Fact]
    public async Task Cancellation_of_the_first_request_does_not_cancel_the_others()
    {
        var gate = new TaskCompletionSource();
        using var leaving = new CancellationTokenSource();
        var first = HandleAsync(Lasting, new RequestRecord(), gate.Task, leaving.Token);
        var second = HandleAsync(Lasting, new RequestRecord(), gate.Task);
        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        gate.SetResult();
        Assert.Equal("\"answer 1\"", await second.WaitAsync(Guard));
    }

    [Fact]
    public async Task A_computation_that_no_request_waits_for_is_cancelled()
    {
        var ended = new TaskCompletionSource();
        using var leaving = new CancellationTokenSource();
        var request = Handler(new KeyedService(Lasting, async token =>
        {
            await using var registration = token.Register(ended.SetResult);
            await Task.Delay(Timeout.Infinite, token);
            return "";
        })).PredictAsync(Request(), new RequestRecord(), leaving.Token).AsTask();

        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
        await ended.Task.WaitAsync(Guard);
    }

    [Fact]
    public async Task All_waiting_requests_get_the_error_and_it_is_not_cached()
    {
        var gate = new TaskCompletionSource();
        var requests = Enumerable.Range(0, 3).Select(_ => HandleAsync(Lasting, new RequestRecord(), gate.Task)).ToArray();
        gate.SetException(UpstreamException.Unavailable("down", TimeSpan.FromSeconds(1)));

        foreach (var each in requests) await Assert.ThrowsAsync<UpstreamException>(() => each.WaitAsync(Guard));
        Assert.Equal("\"answer 1\"", await HandleAsync(Lasting, new RequestRecord()));
    }

    [Fact]
    public async Task A_response_expires()
    {
        await HandleAsync(Lasting, new RequestRecord());
        _time.Advance(TimeSpan.FromDays(1) + TimeSpan.FromSeconds(1));

        Assert.Equal("\"answer 2\"", await HandleAsync(Lasting, new RequestRecord()));
    }

    [Fact]
    public async Task The_memory_of_cached_responses_is_limited()
    {
        // Each response takes about a thousand bytes: ten thousand of them do not fit.
        var cache = Cache(("prediction_cache_bytes", "100000"));
        var text = new string('x', 1_000);
        for (var i = 0; i < 1_000; i++) await HandleAsync(cache, new CacheKey($"{i}", IsLasting: true), new RequestRecord(), text);

        var hits = 0;
        for (var i = 0; i < 1_000; i++)
        {
            var record = new RequestRecord();
            await HandleAsync(cache, new CacheKey($"{i}", IsLasting: true), record, text);
            if (record.CacheOutcome == CacheOutcome.Hit) hits++;
        }
        Assert.InRange(hits, 0, 100);
    }

    [Fact]
    public async Task The_request_that_computes_a_response_reports_its_stages()
    {
        var record = new RequestRecord();

        await HandleAsync(Lasting, record);

        Assert.NotNull(record[Stage.Preprocess]);
        Assert.NotNull(record[Stage.Predict]);
        Assert.NotNull(record[Stage.Postprocess]);
    }

    private static PredictRequest Request() => new("m", "body"u8.ToArray(), "id");

    private Task<string> HandleAsync(CacheKey key, RequestRecord record, Task? gate = null, CancellationToken cancellationToken = default)
        => HandleAsync(Cache(), key, record, text: null, gate, cancellationToken);

    private async Task<string> HandleAsync(
        IResponseCache cache, CacheKey key, RequestRecord record, string? text, Task? gate = null, CancellationToken cancellationToken = default)
    {
        var service = new KeyedService(key, async token =>
        {
            if (gate is not null) await gate.WaitAsync(token);
            return text ?? $"answer {Interlocked.Increment(ref _made)}";
        });
        var handler = new CachedServiceHandler(new ServiceHandler(service, _predictor), cache, _metrics);
        using var response = await handler.PredictAsync(Request(), record, cancellationToken);
        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json)) response.WriteTo(writer);
        return Encoding.UTF8.GetString(json.ToArray());
    }

    private CachedServiceHandler Handler(KeyedService service) => new(new ServiceHandler(service, _predictor), Cache(), _metrics);

    private IResponseCache Cache(params (string Name, string Value)[] settings)
    {
        if (_services is not null) return _services.GetRequiredService<IResponseCache>();
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value)));
        builder.Services.AddSingleton<TimeProvider>(_time);
        builder.AddResponseCache();
        _services = builder.Services.BuildServiceProvider();
        return _services.GetRequiredService<IResponseCache>();
    }

    /// <summary>A service whose requests all have one key, and whose responses are text.</summary>
    private sealed class KeyedService(CacheKey key, Func<CancellationToken, ValueTask<string>> compute) : Transformer<ValueTuple, string>
    {
        public override bool HasCacheKeys => true;

        public override ValueTuple Read(PredictRequest request) => default;

        public override CacheKey? GetCacheKey(ValueTuple request) => key;

        public override async ValueTask<Preprocessed<string>> PreprocessAsync(ValueTuple request, CancellationToken cancellationToken)
        {
            var text = await compute(cancellationToken);
            return new Preprocessed<string>(InferRequest.Of("x", Tensor.Of<float>(Datatype.Fp32, new Shape(1), [0])), text);
        }

        public override PredictResponse Postprocess(string state, InferResponse response) => PredictResponse.Of(state, Strings.Default.String);
    }
}
