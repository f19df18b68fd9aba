using System.Collections.Concurrent;
using Grpc.Core;
using InferenceServices.Functional.Tests.Grpc;
using InferenceServices.Functional.Tests.Servers;

namespace InferenceServices.Functional.Tests.Chaos;

/// <summary>Valid requests over each protocol, 40 a second; each response is compared with the expected one.</summary>
internal sealed class GoodTraffic(ServerProcess server, ConcurrentDictionary<string, int> counts, ConcurrentQueue<string> failures)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <summary>Names of the test models.</summary>
    public static string[] Models { get; } = ["fixed", "versioned"];

    public async Task RunAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Interval);
        try
        {
            while (await timer.WaitForNextTickAsync(stop)) await SendAllAsync();
        }
        catch (OperationCanceledException)
        {
            // The end of the test.
        }
    }

    /// <summary>Sends a request over each protocol.</summary>
    public async Task SendAllAsync()
    {
        await CheckAsync("good V1", """{"predictions":[6,15]}""", () => PostAsync("/v1/models/fixed:predict", """{"instances":[[1,2,3],[4,5,6]]}"""));
        await CheckAsync(
            "good V2",
            """{"model_name":"versioned","model_version":"2","id":"g","outputs":[{"name":"y","shape":[1],"datatype":"FP32","data":[3]}]}""",
            () => PostAsync("/v2/models/versioned/infer", """{"id":"g","inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[1]}]}"""));
        await CheckAsync("good gRPC", "3", CallAsync);
        await CheckAsync("good readiness", "200", async () => $"{(await server.GetAsync("/v2/models/fixed/ready")).Status}");
    }

    private async Task<string> PostAsync(string path, string body)
        => (await Answer.OfAsync(await server.Client.PostAsync(path, RunningServer.Json(body)))) is { Status: 200 } answer ? answer.Body : throw new InvalidOperationException(path);

    private async Task<string> CallAsync()
    {
        var answer = await server.Grpc.ModelInferAsync(GrpcRequests.Typed("versioned", "x", [1], 1));
        return string.Join(',', answer.Outputs.Single().Contents.Fp32Contents);
    }

    private async Task CheckAsync(string name, string expected, Func<Task<string>> send)
    {
        try
        {
            var answer = await send();
            counts.AddOrUpdate(name, 1, (_, count) => count + 1);
            if (answer != expected) failures.Enqueue($"{name}: {answer}");
        }
        catch (Exception exception) when (exception is HttpRequestException or RpcException or InvalidOperationException or TaskCanceledException)
        {
            failures.Enqueue($"{name}: {exception.Message}");
        }
    }
}
