using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Threading.RateLimiting;
using Polly;
using Polly.Retry;
using Spectre.Console;

namespace InferenceServices.ModelTools.Score;

/// <summary>Asks a model about many revisions, some at a time, and keeps each answer as it comes.</summary>
/// <param name="address">Of the model, V1.</param>
/// <param name="rate">Requests a second, tries again included.</param>
/// <param name="parallel">Requests at one time.</param>
/// <param name="extended">Whether answers hold features.</param>
/// <param name="console">Shows how far it is.</param>
internal sealed class ScoreRun(Uri address, double rate, int parallel, bool extended, TextWriter console)
{
    private const int MaxTries = 5;
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(0.5);

    private int _failed;

    /// <returns>The exit code: 1 when some revisions could not be asked about.</returns>
    /// <exception cref="ModelFileException">A file cannot be used, or the server cannot be reached at all.</exception>
    public async Task<int> RunAsync(string revisionsPath, string outputPath, CancellationToken cancellationToken)
    {
        var wanted = await ReadIdsAsync(revisionsPath, cancellationToken);
        using var output = ScoreFile.Open(outputPath);
        long[] left = [.. wanted.Where(id => !output.Known.Contains(id))];
        if (left.Length < wanted.Count) await console.WriteLineAsync($"score: {wanted.Count - left.Length} of {wanted.Count} revisions are in {outputPath} already");
        try
        {
            await Bar().StartAsync(async bar =>
            {
                var task = bar.AddTask("score", maxValue: left.Length);
                await ScoreAsync(left, output, () => task.Increment(1), cancellationToken);
            });
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await console.WriteLineAsync($"score: stopped; {outputPath} has what was answered, and the same command goes on from there");
            return 1;
        }
        if (_failed > 0) await console.WriteLineAsync($"score: {_failed} revisions got no answer; the same command asks for them again");
        else await console.WriteLineAsync($"score: {wanted.Count} revisions are in {outputPath}");
        return _failed > 0 ? 1 : 0;
    }

    private async Task ScoreAsync(long[] revisions, ScoreFile output, Action done, CancellationToken cancellationToken)
    {
        using var http = new HttpMessageInvoker(new SocketsHttpHandler { AllowAutoRedirect = false });
        using var limiter = Limiter();
        var pipeline = Retries();
        await Parallel.ForEachAsync(revisions, new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = cancellationToken }, async (id, token) =>
        {
            if (await AskAsync(http, limiter, pipeline, id, token) is { } line) output.Add(line);
            else Interlocked.Increment(ref _failed);
            done();
        });
    }

    private async Task<byte[]?> AskAsync(HttpMessageInvoker http, RateLimiter limiter, ResiliencePipeline<HttpResponseMessage> pipeline, long id, CancellationToken cancellationToken)
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
            if (MayPass(response.StatusCode)) return null;
            var answer = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            return LineOf(id, response.StatusCode, answer);
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private string BodyOf(long id)
        => extended ? string.Create(CultureInfo.InvariantCulture, $$"""{"rev_id":{{id}},"extended_output":true}""") : string.Create(CultureInfo.InvariantCulture, $$"""{"rev_id":{{id}}}""");

    private static byte[] LineOf(long id, HttpStatusCode status, byte[] answer)
    {
        using var line = new MemoryStream();
        using (var json = new Utf8JsonWriter(line))
        {
            json.WriteStartObject();
            json.WriteNumber("rev_id", id);
            if (status == HttpStatusCode.OK)
            {
                json.WritePropertyName("answer");
                json.WriteRawValue(answer);
            }
            else
            {
                json.WriteNumber("status", (int)status);
                json.WriteString("error", ErrorOf(answer));
            }
            json.WriteEndObject();
        }
        line.WriteByte((byte)'\n');
        return line.ToArray();
    }

    private static string ErrorOf(byte[] answer)
    {
        try
        {
            using var json = JsonDocument.Parse(answer);
            return json.RootElement.GetProperty("error").GetString() ?? "";
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return Encoding.UTF8.GetString(answer);
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
                throw new ModelFileException($"{path}, line {number} should be the id of a revision, a whole number, got '{line.Trim()}'.");
            ids.TryAdd(id, true);
        }
        return [.. ids.Keys];
    }

    // A server that is busy, starting or restarted says so, and when to come back.
    private static bool MayPass(HttpStatusCode status) => (int)status is 429 or 500 or 502 or 503 or 504;

    private static ResiliencePipeline<HttpResponseMessage> Retries() => new ResiliencePipelineBuilder<HttpResponseMessage>()
        .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
        {
            MaxRetryAttempts = MaxTries - 1,
            Delay = FirstWait,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            ShouldHandle = static args => new(args.Outcome.Exception is HttpRequestException || (args.Outcome.Result is { } response && MayPass(response.StatusCode))),
            DelayGenerator = static args => new(args.Outcome.Result?.Headers.RetryAfter?.Delta),
        })
        .Build();

    private TokenBucketRateLimiter Limiter()
    {
        // Refilled often enough that what may pass in a second does not pass in one moment of it.
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

    private Spectre.Console.Progress Bar()
        => AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(console) }).Progress().Columns(
            new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn());
}
