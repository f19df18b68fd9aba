using InferenceServices.Contracts.Tensors;
using InferenceServices.Testing;

namespace InferenceServices.Inference.Tests.Telemetry;

public sealed class InferenceMetricsTests
{
    [Fact]
    public async Task A_batch_is_one_execution_with_a_queue_time_for_each_request()
    {
        using var meters = new TestMeters();
        var options = new InferenceOptions { ModelDir = TestModels.PathOf("versioned"), MaxBatchSize = 5, MaxLatency = (int)Repositories.Guard.TotalMilliseconds };
        using var repository = Repositories.Load(options, meters);
        using var two = Repositories.Floats("x", new Shape(2), 1, 2);
        using var three = Repositories.Floats("x", new Shape(3), 1, 2, 3);

        var answers = await Task.WhenAll(repository.InferAsync(two), repository.InferAsync(three)).WaitAsync(Repositories.Guard);

        Assert.Equal(1, meters.Measured.Count(line => line == "execution{model_name=model} 1"));
        Assert.Equal(1, meters.Measured.Count(line => line == "batch_size{model_name=model} 5"));
        Assert.Equal(2, meters.Measured.Count(line => line == "request_queue{model_name=model} …"));
        Assert.All(answers, answer => Assert.True(answer.QueueTime > TimeSpan.Zero));
        foreach (var answer in answers) answer.Dispose();
    }

    [Fact]
    public async Task An_invalid_request_is_not_counted_as_an_execution()
    {
        using var meters = new TestMeters();
        using var repository = Repositories.Load(new InferenceOptions { ModelDir = TestModels.PathOf("versioned") }, meters);
        using var request = Repositories.Floats("z", new Shape(1), 1);

        await Assert.ThrowsAnyAsync<Exception>(() => repository.InferAsync(request));

        Assert.DoesNotContain(meters.Measured, line => line.StartsWith("execution", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_model_is_ready_until_it_is_unloaded_and_each_load_is_timed()
    {
        using var folder = TemporaryFolder.Of();
        folder.Copy("versioned/1", "m/1/model.onnx");
        folder.Copy("versioned/2", "m/2/model.onnx");
        using var meters = new TestMeters();
        using var repository = Repositories.Load(new InferenceOptions { ModelDir = folder.Path, MultiModelServer = true }, meters);
        Assert.Empty(meters.Observe());

        await repository.LoadAsync("m", CancellationToken.None);

        Assert.Equal(2, meters.Measured.Count(line => line == "model_load{model_name=m} …"));
        Assert.Equal(["model_ready{model_name=m} 1"], meters.Observe());
        await repository.UnloadAsync("m", CancellationToken.None);
        Assert.Empty(meters.Observe());
    }

    [Fact]
    public async Task A_model_is_not_ready_while_its_first_load_runs()
    {
        using var folder = TemporaryFolder.Of();
        using var held = new HeldModel(folder, "held");
        using var meters = new TestMeters();
        using var repository = Repositories.Load(new InferenceOptions { ModelDir = folder.Path, MultiModelServer = true }, meters);
        var load = repository.LoadAsync("held", CancellationToken.None).AsTask();
        await WaitForAsync(() => repository.ModelNames.Contains("held"));

        Assert.Equal(["model_ready{model_name=held} 0"], meters.Observe());

        held.Release();
        await load.WaitAsync(Repositories.Guard);
        Assert.Equal(["model_ready{model_name=held} 1"], meters.Observe());
    }

    private static async Task WaitForAsync(Func<bool> condition)
    {
        using var guard = new CancellationTokenSource(Repositories.Guard);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!condition()) await timer.WaitForNextTickAsync(guard.Token);
    }
}
