using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Threading.RateLimiting;
using Polly;
using Polly.Retry;

namespace InferenceServices.ModelTools.Score;

/// <summary>Scores many revisions concurrently and writes each result when it arrives.</summary>
/// <param name="address">V1 address of the model.</param>
/// <param name="rate">Maximum requests per second, including retries.</param>
/// <param name="parallel">Maximum concurrent requests.</param>
/// <param name="extended">Whether results include features.</param>
/// <param name="console">Writer for progress and summary.</param>
internal sealed class ScoreRun(Uri address, double rate, int parallel, bool extended, TextWriter console)
{
    private const int MaxAttempts = 5;
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(0.5);

    private int _failed;

    /// <returns>The exit code: 1 if some revisions have no result.</returns>
    /// <exception cref="ModelFileException">A file cannot be used.</exception>
    public async Task<int> RunAsync(string revisionsPath, string outputPath, CancellationToken cancellationToken)
    {
        var revisions = await ReadIdsAsync(revisionsPath, cancellationToken);
        using var output = ScoreFile.Open(outputPath);
        long[] remaining = [.. revisions.Where(id => !output.Known.Contains(id))];
        if (remaining.Length < revisions.Count) await console.WriteLineAsync($"score: {outputPath} already has {revisions.Count - remaining.Length} of {revisions.Count} revisions");
        try
        {
            await ScoreAsync(remaining, output, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await console.WriteLineAsync($"score: cancelled; {outputPath} has the results so far; repeat the command to resume");
            return 1;
        }
        if (_failed > 0) await console.WriteLineAsync($"score: {_failed} revisions have no result; repeat the command to retry them");
        else await console.WriteLineAsync($"score: {outputPath} has {revisions.Count} revisions");
        return _failed > 0 ? 1 : 0;
    }

    private async Task ScoreAsync(long[] revisions, ScoreFile output, CancellationToken cancellationToken)
    {
        using var http = new HttpMessageInvoker(new SocketsHttpHandler { AllowAutoRedirect = false });
        using var limiter = Limiter();
        var pipeline = Retries();
        var progress = new ProgressReporter(console, TimeProvider.System, "score", ProgressInterval);
        var done = 0;
        await Parallel.ForEachAsync(revisions, new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = cancellationToken }, async (id, token) =>
        {
            if (await RequestAsync(http, limiter, pipeline, id, token) is { } line) output.Add(line);
            else Interlocked.Increment(ref _failed);
            progress.Report(Interlocked.Increment(ref done), revisions.Length);
        });
    }

    private async Task<byte[]?> RequestAsync(HttpMessageInvoker http, RateLimiter limiter, ResiliencePipeline<HttpResponseMessage> pipeline, long id, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await pipeline.ExecuteAsync(
                async token =>
                {
                    using var lease = await limiter.AcquireAsync(1, token);
                    var message = new HttpRequestMessage(HttpMethod.Post, address) { Content = new StringContent(BodyOf(id), Encoding.UTF8, "application/json") };
                    return await http.SendAsync(message, token);
                },
                cancellationToken);
            if (IsTransient(response.StatusCode)) return null;
            var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            return LineOf(id, response.StatusCode, body);
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private string BodyOf(long id)
        => extended ? string.Create(CultureInfo.InvariantCulture, $$"""{"rev_id":{{id}},"extended_output":true}""") : string.Create(CultureInfo.InvariantCulture, $$"""{"rev_id":{{id}}}""");

    private static byte[] LineOf(long id, HttpStatusCode status, byte[] body)
    {
        using var line = new MemoryStream();
        using (var json = new Utf8JsonWriter(line))
        {
            json.WriteStartObject();
            json.WriteNumber("rev_id", id);
            if (status == HttpStatusCode.OK)
            {
                json.WritePropertyName("answer");
                json.WriteRawValue(body);
            }
            else
            {
                json.WriteNumber("status", (int)status);
                json.WriteString("error", ErrorOf(body));
            }
            json.WriteEndObject();
        }
        line.WriteByte((byte)'\n');
        return line.ToArray();
    }

    private static string ErrorOf(byte[] body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.GetProperty("error").GetString() ?? "";
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return Encoding.UTF8.GetString(body);
        }
    }

    private static async Task<List<long>> ReadIdsAsync(string path, CancellationToken cancellationToken)
    {
        var ids = new OrderedDictionary<long, bool>();
        var number = 0;
        await foreach (var line in File.ReadLinesAsync(path, cancellationToken))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line)) continue;
            if (!long.TryParse(line.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var id))
                throw new ModelFileException($"{path}, line {number} should be a revision id, an integer, got '{line.Trim()}'.");
            ids.TryAdd(id, true);
        }
        return [.. ids.Keys];
    }

    // A busy or starting server returns one of these, possibly with Retry-After.
    private static bool IsTransient(HttpStatusCode status) => (int)status is 429 or 500 or 502 or 503 or 504;

    private static ResiliencePipeline<HttpResponseMessage> Retries() => new ResiliencePipelineBuilder<HttpResponseMessage>()
        .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
        {
            MaxRetryAttempts = MaxAttempts - 1,
            Delay = FirstDelay,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            ShouldHandle = static args => new(args.Outcome.Exception is HttpRequestException || (args.Outcome.Result is { } response && IsTransient(response.StatusCode))),
            DelayGenerator = static args => new(args.Outcome.Result?.Headers.RetryAfter?.Delta),
        })
        .Build();

    private TokenBucketRateLimiter Limiter()
    {
        // Replenishes at least every 20 ms where the rate allows, so that requests spread over the second.
        var period = TimeSpan.FromSeconds(Math.Max(1 / rate, 0.02));
        var tokens = Math.Max(1, (int)Math.Round(rate * period.TotalSeconds));
        return new TokenBucketRateLimiter(new TokenBucketRateLimiterOptions
        {
            TokenLimit = tokens,
            TokensPerPeriod = tokens,
            ReplenishmentPeriod = period,
            QueueLimit = int.MaxValue,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        });
    }
}
