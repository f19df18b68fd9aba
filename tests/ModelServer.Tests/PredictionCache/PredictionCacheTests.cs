using System.Text;
using System.Text.Json;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Serving;
using InferenceServices.Contracts.V1;
using InferenceServices.ModelServer.PredictionCache;
using InferenceServices.ModelServer.Telemetry;
using InferenceServices.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace InferenceServices.ModelServer.Tests.PredictionCache;

public sealed class PredictionCacheTests : IDisposable
{
    private static readonly CacheKey Lasting = new("revision 7", IsLasting: true);
    private static readonly CacheKey Passing = new("page 5", IsLasting: false);
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero));
    private readonly TestMeters _meters = new();
    private ServiceProvider? _services;
    private int _made;

    public void Dispose()
    {
        _services?.Dispose();
        _meters.Dispose();
    }

    [Fact]
    public async Task What_lasts_is_made_once_and_kept()
    {
        var (first, second) = (new RequestRecord(), new RequestRecord());

        Assert.Equal("\"answer 1\"", await AskAsync(Lasting, first));
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal("\"answer 1\"", await AskAsync(Lasting, second));

        Assert.Equal((CacheOutcome.Miss, TimeSpan.FromDays(1)), (first.CacheOutcome, first.CacheLifetime));
        Assert.Equal((CacheOutcome.Hit, TimeSpan.FromSeconds(3)), (second.CacheOutcome, second.CacheAge));
        Assert.Equal(["prediction_cache{model_name=m,outcome=miss} 1", "prediction_cache{model_name=m,outcome=hit} 1"], _meters.Measured);
    }

    [Fact]
    public async Task What_passes_is_made_every_time()
    {
        var record = new RequestRecord();

        Assert.Equal("\"answer 1\"", await AskAsync(Passing, new RequestRecord()));
        Assert.Equal("\"answer 2\"", await AskAsync(Passing, record));

        Assert.Equal((CacheOutcome.Miss, null), (record.CacheOutcome, record.CacheLifetime));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_hundred_who_ask_the_same_at_the_same_time_share_one_making(bool lasts)
    {
        var key = lasts ? Lasting : Passing;
        var gate = new TaskCompletionSource();
        var records = Enumerable.Range(0, 100).Select(_ => new RequestRecord()).ToArray();
        var asked = records.Select(record => AskAsync(key, record, gate.Task)).ToArray();
        gate.SetResult();

        Assert.All(await Task.WhenAll(asked).WaitAsync(Guard), answer => Assert.Equal("\"answer 1\"", answer));
        Assert.Equal(1, records.Count(record => record.CacheOutcome == CacheOutcome.Miss));
        Assert.Equal(99, records.Count(record => record.CacheOutcome == CacheOutcome.Coalesced));
    }

    [Fact]
    public async Task Whoever_asked_first_may_leave_without_harm_to_the_others()
    {
        var gate = new TaskCompletionSource();
        using var leaving = new CancellationTokenSource();
        var first = AskAsync(Lasting, new RequestRecord(), gate.Task, leaving.Token);
        var second = AskAsync(Lasting, new RequestRecord(), gate.Task);
        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        gate.SetResult();
        Assert.Equal("\"answer 1\"", await second.WaitAsync(Guard));
    }

    [Fact]
    public async Task A_making_that_nobody_waits_for_is_ended()
    {
        var ended = new TaskCompletionSource();
        using var leaving = new CancellationTokenSource();
        var asked = Cache().GetOrMakeAsync(Lasting, Request(), new RequestRecord(), async (_, _, token) =>
        {
            await using var registration = token.Register(ended.SetResult);
            await Task.Delay(Timeout.Infinite, token);
            throw new InvalidOperationException();
        }, leaving.Token).AsTask();

        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        await ended.Task.WaitAsync(Guard);
    }

    [Fact]
    public async Task A_failure_is_everybodys_who_waited_and_is_not_kept()
    {
        var gate = new TaskCompletionSource();
        var asked = Enumerable.Range(0, 3).Select(_ => AskAsync(Lasting, new RequestRecord(), gate.Task)).ToArray();
        gate.SetException(UpstreamException.Unavailable("down", TimeSpan.FromSeconds(1)));

        foreach (var each in asked) await Assert.ThrowsAsync<UpstreamException>(() => each.WaitAsync(Guard));
        Assert.Equal("\"answer 1\"", await AskAsync(Lasting, new RequestRecord()));
    }

    [Fact]
    public async Task An_answer_is_forgotten_when_its_time_is_over()
    {
        await AskAsync(Lasting, new RequestRecord());
        _time.Advance(TimeSpan.FromDays(1) + TimeSpan.FromSeconds(1));

        Assert.Equal("\"answer 2\"", await AskAsync(Lasting, new RequestRecord()));
    }

    [Fact]
    public async Task Answers_take_no_more_memory_than_they_may()
    {
        // Each answer takes about a thousand bytes: ten thousand of them do not fit.
        var cache = Cache(("prediction_cache_bytes", "100000"));
        var text = new string('x', 1_000);
        for (var i = 0; i < 1_000; i++) await AskAsync(cache, new CacheKey($"{i}", IsLasting: true), new RequestRecord(), text);

        var hits = 0;
        for (var i = 0; i < 1_000; i++)
        {
            var record = new RequestRecord();
            await AskAsync(cache, new CacheKey($"{i}", IsLasting: true), record, text);
            if (record.CacheOutcome == CacheOutcome.Hit) hits++;
        }
        Assert.InRange(hits, 0, 100);
    }

    [Fact]
    public async Task The_stages_of_a_making_are_told_to_the_one_it_was_made_for()
    {
        var record = new RequestRecord();

        await Cache().GetOrMakeAsync(Lasting, Request(), record, (_, told, _) =>
        {
            told.StartStage(Stage.Preprocess);
            told.StartStage(Stage.Predict);
            told.EndStage();
            return new ValueTask<PredictResponse>(PredictResponse.Of("a", Strings.Default.String));
        }, CancellationToken.None);

        Assert.NotNull(record[Stage.Preprocess]);
        Assert.NotNull(record[Stage.Predict]);
        Assert.Null(record[Stage.Postprocess]);
    }

    private static PredictRequest Request() => new("m", "body"u8.ToArray(), "id") { State = "read" };

    private Task<string> AskAsync(CacheKey key, RequestRecord record, Task? gate = null, CancellationToken cancellationToken = default)
        => AskAsync(_services?.GetRequiredService<ModelServer.PredictionCache.PredictionCache>() ?? Cache(), key, record, text: null, gate, cancellationToken);

    private async Task<string> AskAsync(
        ModelServer.PredictionCache.PredictionCache cache, CacheKey key, RequestRecord record, string? text, Task? gate = null, CancellationToken cancellationToken = default)
    {
        using var response = await cache.GetOrMakeAsync(key, Request(), record, async (request, _, token) =>
        {
            Assert.Equal((0, "read"), (request.Body.Length, request.State));
            if (gate is not null) await gate.WaitAsync(token);
            return PredictResponse.Of(text ?? $"answer {Interlocked.Increment(ref _made)}", Strings.Default.String);
        }, cancellationToken);
        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json)) response.WriteTo(writer);
        return Encoding.UTF8.GetString(json.ToArray());
    }

    private ModelServer.PredictionCache.PredictionCache Cache(params (string Name, string Value)[] settings)
    {
        var services = new ServiceCollection().AddLogging().AddSingleton<TimeProvider>(_time).AddSingleton(new RequestMetrics(_meters));
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings.Select(it => KeyValuePair.Create(it.Name, (string?)it.Value))).Build());
        services.AddPredictionCache(shared: false);
        _services = services.BuildServiceProvider();
        return _services.GetRequiredService<ModelServer.PredictionCache.PredictionCache>();
    }
}
