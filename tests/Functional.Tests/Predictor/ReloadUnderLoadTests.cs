using InferenceServices.Codecs.Grpc.Messages;
using InferenceServices.Functional.Tests.Servers;
using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.Predictor;

/// <summary>Requests in every protocol during reloads and unloads. Version 1 of the graph adds 1 to each element, version 2 adds 2.</summary>
public sealed class ReloadUnderLoadTests : IDisposable
{
    private const int Reloads = 20;
    private const int Requests = 10_000;
    private const string Path = "/v2/models/m/infer";

    private readonly TemporaryFolder _folder = TemporaryFolder.Of();

    private readonly SemaphoreSlim _answers = new(0);

    public void Dispose()
    {
        _folder.Dispose();
        _answers.Dispose();
    }

    [Fact]
    public async Task Each_of_ten_thousand_requests_during_twenty_reloads_runs_in_exactly_one_version()
    {
        _folder.Copy("versioned/1", "m/model.onnx");
        await using var server = await PredictorServers.StartAsync(_folder.Path);
        using var done = new CancellationTokenSource();
        var callers = Callers(server, done.Token);

        for (var round = 0; round < Reloads; round++)
        {
            // Spread evenly: each reload follows the same number of requests.
            await WaitForAsync(Requests / Reloads);
            _folder.Copy(round % 2 == 0 ? "versioned/2" : "versioned/1", "m/model.onnx");
            (await server.PostAsync("/v2/repository/models/m/load", "")).AssertOk();
        }
        await done.CancelAsync();

        var tallies = await Task.WhenAll(callers).WaitAsync(RunningServer.Guard);
        Assert.All(tallies, tally => Assert.Equal((0, 0), (tally.Absent, tally.Other)));
        Assert.All(tallies, tally => Assert.True(tally.PlusOne > 0 && tally.PlusTwo > 0));
        Assert.True(tallies.Sum(tally => tally.PlusOne + tally.PlusTwo) >= Requests);
    }

    [Fact]
    public async Task Under_load_an_unloaded_model_is_404_or_503_and_nothing_else()
    {
        _folder.Copy("versioned/1", "m/model.onnx");
        await using var server = await PredictorServers.StartAsync(_folder.Path);
        using var done = new CancellationTokenSource();
        var callers = Callers(server, done.Token);

        for (var round = 0; round < Reloads; round++)
        {
            (await server.PostAsync("/v2/repository/models/m/unload", "")).AssertOk();
            await WaitForAsync(50);
            (await server.PostAsync("/v2/repository/models/m/load", "")).AssertOk();
            await WaitForAsync(50);
        }
        await done.CancelAsync();

        var tallies = await Task.WhenAll(callers).WaitAsync(RunningServer.Guard);
        Assert.All(tallies, tally => Assert.Equal((0, 0), (tally.PlusTwo, tally.Other)));
        Assert.All(tallies, tally => Assert.True(tally.PlusOne > 0 && tally.Absent > 0));
    }

    private sealed record Tally(int PlusOne, int PlusTwo, int Absent, int Other);

    private Task<Tally>[] Callers(RunningServer server, CancellationToken done)
    {
        Func<Task<string>>[] protocols =
        [
            async () => Classify(await server.PostAsync("/v1/models/m:predict", """{"instances":[1,1]}"""), """{"predictions":[2,2]}""", """{"predictions":[3,3]}"""),
            async () => Classify(await server.PostAsync(Path, Json), "\"data\":[2,2]", "\"data\":[3,3]"),
            () => InferOverGrpcAsync(server),
        ];
        return [.. Enumerable.Range(0, 6).Select(caller => Task.Run(() => RequestUntilAsync(protocols[caller % protocols.Length], done)))];
    }

    private const string Json = """{"inputs":[{"name":"x","shape":[2],"datatype":"FP32","data":[1,1]}]}""";

    private async Task<Tally> RequestUntilAsync(Func<Task<string>> send, CancellationToken done)
    {
        var tally = new Tally(0, 0, 0, 0);
        while (!done.IsCancellationRequested)
        {
            tally = await send() switch
            {
                "1" => tally with { PlusOne = tally.PlusOne + 1 },
                "2" => tally with { PlusTwo = tally.PlusTwo + 1 },
                "absent" => tally with { Absent = tally.Absent + 1 },
                _ => tally with { Other = tally.Other + 1 },
            };
            _answers.Release();
        }
        return tally;
    }

    private static string Classify(Answer answer, string one, string two)
        => answer.Status == 200
            ? answer.Body.Contains(one, StringComparison.Ordinal) ? "1" : answer.Body.Contains(two, StringComparison.Ordinal) ? "2" : answer.Body
            : answer.Status is 404 or 503 ? "absent" : answer.Body;

    private static async Task<string> InferOverGrpcAsync(RunningServer server)
    {
        var input = new ModelInferRequest.Types.InferInputTensor { Name = "x", Datatype = "FP32", Shape = { 2 }, Contents = new InferTensorContents { Fp32Contents = { 1, 1 } } };
        try
        {
            var answer = await server.Grpc.ModelInferAsync(new ModelInferRequest { ModelName = "m", Inputs = { input } });
            return answer.Outputs[0].Contents.Fp32Contents switch { [2, 2] => "1", [3, 3] => "2", var other => other.ToString() };
        }
        catch (global::Grpc.Core.RpcException exception)
        {
            return exception.StatusCode is global::Grpc.Core.StatusCode.NotFound or global::Grpc.Core.StatusCode.Unavailable ? "absent" : exception.Message;
        }
    }

    private async Task WaitForAsync(int answers)
    {
        for (; answers > 0; answers--) Assert.True(await _answers.WaitAsync(RunningServer.Guard));
    }
}
