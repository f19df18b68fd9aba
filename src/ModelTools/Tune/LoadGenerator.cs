using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using InferenceServices.ModelTools.Predict;

namespace InferenceServices.ModelTools.Tune;

/// <summary>Sends requests to a model: each caller sends its next request when it has the answer.</summary>
/// <param name="server">Address of the server.</param>
/// <param name="modelName">Name of the model on the server.</param>
/// <param name="requests">V1 or V2 requests in JSON; the callers send them in turn.</param>
/// <param name="callers">Number of concurrent requests; 1 or more.</param>
internal sealed class LoadGenerator(Uri server, string modelName, IReadOnlyList<string> requests, int callers) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });
    private readonly (Uri Address, byte[] Body)[] _requests = [.. requests.Select(body => (ModelAddress.Of(server, modelName, body), Encoding.UTF8.GetBytes(body)))];

    /// <summary>Sends requests for a duration, after a warm-up of a quarter of it.</summary>
    /// <exception cref="ModelFileException">The server rejected a request; the message has its answer.</exception>
    public async Task<LoadResult> RunAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        await SendAsync(duration / 4, cancellationToken);
        var started = Stopwatch.GetTimestamp();
        var latencies = await SendAsync(duration, cancellationToken);
        var elapsed = Stopwatch.GetElapsedTime(started);
        Array.Sort(latencies);
        return new LoadResult(latencies.Length / elapsed.TotalSeconds, At(latencies, 0.5), At(latencies, 0.99), await HasBatchesAsync(cancellationToken));
    }

    public void Dispose() => _http.Dispose();

    private static TimeSpan At(TimeSpan[] sorted, double quantile) => sorted[(int)(quantile * (sorted.Length - 1))];

    private async Task<TimeSpan[]> SendAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        var parts = await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(() => CallAsync(caller, duration, cancellationToken), cancellationToken)));
        return [.. parts.SelectMany(static part => part)];
    }

    private async Task<List<TimeSpan>> CallAsync(int caller, TimeSpan duration, CancellationToken cancellationToken)
    {
        var latencies = new List<TimeSpan>();
        var started = Stopwatch.GetTimestamp();
        for (var i = caller; latencies.Count == 0 || Stopwatch.GetElapsedTime(started) < duration; i++)
        {
            var (address, body) = _requests[i % _requests.Length];
            var sent = Stopwatch.GetTimestamp();
            await PostAsync(address, body, cancellationToken);
            latencies.Add(Stopwatch.GetElapsedTime(sent));
        }
        return latencies;
    }

    private async Task PostAsync(Uri address, byte[] body, CancellationToken cancellationToken)
    {
        using var content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        using var response = await _http.PostAsync(address, content, cancellationToken);
        if (response.IsSuccessStatusCode) return;
        throw new ModelFileException($"the model answered a request with {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(cancellationToken)}");
    }

    private async Task<bool> HasBatchesAsync(CancellationToken cancellationToken)
    {
        await using var body = await _http.GetStreamAsync(new Uri(server, $"/v2/models/{Uri.EscapeDataString(modelName)}/stats"), cancellationToken);
        using var statistics = await JsonDocument.ParseAsync(body, cancellationToken: cancellationToken);
        var model = statistics.RootElement.GetProperty("model_stats")[0];
        return model.GetProperty("execution_count").GetInt64() < model.GetProperty("inference_stats").GetProperty("success").GetProperty("count").GetInt64();
    }
}
