using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;
using InferenceServices.Inference.Batching;
using InferenceServices.Inference.Execution;
using InferenceServices.Inference.Repository;
using InferenceServices.Inference.Statistics;
using InferenceServices.Inference.Telemetry;
using InferenceServices.Testing;

namespace InferenceServices.Inference.Tests.Statistics;

public sealed class VersionStatisticsTests
{
    [Fact]
    public void A_new_version_has_empty_statistics()
    {
        using var repository = Repositories.Of("versioned");

        var all = repository.GetStatistics(null, null);

        Assert.Equal([("model", "1"), ("model", "2")], all.Select(statistics => (statistics.Name, statistics.Version)));
        Assert.All(all, statistics =>
        {
            Assert.Null(statistics.LastInference);
            Assert.Equal((0, 0), (statistics.InferenceCount, statistics.ExecutionCount));
            Assert.All([statistics.Success, statistics.Fail, statistics.Queue, statistics.ComputeInput, statistics.ComputeInfer, statistics.ComputeOutput], duration => Assert.Equal(new StatisticDuration(0, 0), duration));
            Assert.Empty(statistics.Batches);
        });
    }

    [Fact]
    public async Task Each_request_is_counted_with_its_rows_and_stages_before_its_response()
    {
        using var repository = Repositories.Of("iris-mlp");
        var before = TimeProvider.System.GetUtcNow();
        foreach (var rows in new[] { 3, 1, 3 })
        {
            using var request = Repositories.Floats("x", new(rows, 4), new float[4 * rows]);
            using var response = await repository.InferAsync(request);
        }

        var statistics = Assert.Single(repository.GetStatistics("model", "1"));

        Assert.InRange(statistics.LastInference!.Value, before, TimeProvider.System.GetUtcNow());
        Assert.Equal((7, 3), (statistics.InferenceCount, statistics.ExecutionCount));
        Assert.All([statistics.Success, statistics.Queue, statistics.ComputeInput, statistics.ComputeInfer, statistics.ComputeOutput], duration => Assert.Equal(3, duration.Count));
        Assert.Equal(0, statistics.Fail.Count);
        Assert.Equal([(1, 1), (3, 2)], statistics.Batches.Select(batch => (batch.BatchSize, batch.ComputeInfer.Count)));
        Assert.Equal(statistics.ComputeInfer.Nanoseconds, statistics.Batches.Sum(batch => batch.ComputeInfer.Nanoseconds));
        var stages = statistics.Queue.Nanoseconds + statistics.ComputeInput.Nanoseconds + statistics.ComputeInfer.Nanoseconds + statistics.ComputeOutput.Nanoseconds;
        // Each stage is rounded down to whole nanoseconds.
        Assert.InRange(statistics.Success.Nanoseconds - stages, 0, 4);
        Assert.True(statistics.ComputeInfer.Nanoseconds > 0);
    }

    [Theory]
    [InlineData("fixed", new long[] { 2, 3 }, 1)]
    [InlineData("scalar", new long[0], 1)]
    [InlineData("free", new long[] { 5, 2 }, 5)]
    [InlineData("free", new long[] { 0, 2 }, 0)]
    public async Task The_row_count_is_the_dynamic_first_axis(string model, long[] dims, long rows)
    {
        using var repository = Repositories.Of(model);
        using var request = Repositories.Floats("x", new(dims), new float[dims.Aggregate(1L, (product, dim) => product * dim)]);

        using var response = await repository.InferAsync(request);

        Assert.Equal(rows, repository.GetStatistics("model", null).Single().InferenceCount);
    }

    [Fact]
    public async Task The_row_count_is_that_of_the_models_first_input_in_any_input_order()
    {
        using var repository = Repositories.Of("datatypes");
        var metadata = await repository.GetMetadataAsync("model", null, CancellationToken.None);
        using var request = TrialRequest.Create(metadata.Inputs, 1, 0, 1);
        var first = new InferInput(metadata.Inputs[0].Name, Tensor.Of<byte>(Datatype.Bool, new(4), [1, 0, 1, 0]));
        using var reordered = new InferRequest { Inputs = [.. request.Inputs.Skip(1), first] };

        using var response = await repository.InferAsync(reordered);

        Assert.Equal(4, repository.GetStatistics("model", null).Single().InferenceCount);
    }

    [Fact]
    public async Task Rejected_and_cancelled_requests_count_only_as_failures()
    {
        using var repository = Repositories.Of("slow", queueCapacity: 1);
        using var callers = new CancellationTokenSource();
        using var endless = Repositories.Turns(Repositories.Minutes);
        // At most one request runs and one waits: of four requests, two or three are rejected immediately.
        var requests = Enumerable.Range(0, 4).Select(_ => repository.InferAsync(endless, callers.Token)).ToArray();
        await callers.CancelAsync();
        var failures = new List<Exception>();
        foreach (var task in requests) failures.Add(await Assert.ThrowsAnyAsync<Exception>(() => task).WaitAsync(Repositories.Guard));
        Assert.InRange(failures.Count(failure => failure is QueueFullException), 2, 3);
        Assert.InRange(failures.Count(failure => failure is OperationCanceledException), 1, 2);

        var statistics = repository.GetStatistics("model", null).Single();

        Assert.Equal((0, 4, 0, 0), (statistics.Success.Count, statistics.Fail.Count, statistics.Queue.Count, statistics.ExecutionCount));
        Assert.True(statistics.Fail.Nanoseconds > 0);
        Assert.Null(statistics.LastInference);
        Assert.Empty(statistics.Batches);
    }

    [Fact]
    public async Task A_failed_run_counts_as_a_failure()
    {
        using var repository = Repositories.Of("string-input");
        using var strings = new TensorBuilder(Datatype.Bytes, 2);
        strings.AppendBytes("one"u8);
        strings.AppendBytes("two"u8);
        // One string more than the shape declares; the codecs would reject such a tensor.
        using var request = InferRequest.Of("text", strings.Build(new Shape(1)));

        await Assert.ThrowsAsync<InvalidInputException>(() => repository.InferAsync(request));

        var statistics = repository.GetStatistics("model", null).Single();
        Assert.Equal((0, 1, 0), (statistics.Success.Count, statistics.Fail.Count, statistics.ExecutionCount));
    }

    [Fact]
    public async Task An_invalid_request_is_not_counted()
    {
        using var repository = Repositories.Of("iris-mlp");
        using var request = Repositories.Floats("x", new(1, 3), 1, 2, 3);

        await Assert.ThrowsAsync<InvalidInputException>(() => repository.InferAsync(request));

        Assert.Equal(0, repository.GetStatistics("model", null).Single().Fail.Count);
    }

    [Fact]
    public async Task Zero_rows_without_a_run_count_as_a_success_without_an_execution()
    {
        using var repository = Repositories.Of("gru");
        using var request = Repositories.Floats("x", new(0, 2, 4));

        using var response = await repository.InferAsync(request);

        Assert.Equal([0L, 3L], response.Outputs.Single().Tensor.Shape.ToArray());
        var statistics = repository.GetStatistics("model", null).Single();
        Assert.Equal((1, 0, 0, 0), (statistics.Success.Count, statistics.Fail.Count, statistics.ExecutionCount, statistics.InferenceCount));
    }

    [Fact]
    public async Task No_request_is_lost_between_many_callers_and_workers()
    {
        using var repository = Repositories.Of("versioned/1", executors: 3);

        await Parallel.ForEachAsync(Enumerable.Range(1, 400), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (number, cancellationToken) =>
        {
            using var request = Repositories.Floats("x", new(number % 4), new float[number % 4]);
            using var response = await repository.InferAsync(request, cancellationToken);
        });

        var statistics = repository.GetStatistics("model", null).Single();
        Assert.Equal((400, 600), (statistics.Success.Count, statistics.InferenceCount));
        // Batch sizes depend on timing, but the sums of runs and rows do not.
        Assert.Equal(statistics.ExecutionCount, statistics.Batches.Sum(batch => batch.ComputeOutput.Count));
        Assert.Equal(600, statistics.Batches.Sum(batch => batch.BatchSize * batch.ComputeOutput.Count));
    }

    [Fact]
    public async Task A_reload_resets_the_statistics_and_an_unload_removes_them()
    {
        using var folder = new TemporaryFolder();
        folder.Copy("versioned/1", "m/model.onnx");
        using var repository = Repositories.At(folder.Path);
        using var request = Repositories.Floats("x", new(1), 1);
        using var response = await repository.InferAsync("m", null, request, CancellationToken.None);
        Assert.Equal(1, repository.GetStatistics("m", null).Single().Success.Count);

        await repository.LoadAsync("m", CancellationToken.None);
        Assert.Equal(0, repository.GetStatistics("m", null).Single().Success.Count);

        await repository.UnloadAsync("m", CancellationToken.None);
        Assert.Empty(repository.GetStatistics(null, null));
        Assert.Throws<ModelNotFoundException>(() => repository.GetStatistics("m", null));
    }

    [Fact]
    public void An_unknown_model_or_version_is_not_found()
    {
        using var repository = Repositories.Of("versioned");

        Assert.Throws<ModelNotFoundException>(() => repository.GetStatistics("other", null));
        Assert.Throws<ModelNotFoundException>(() => repository.GetStatistics("model", "3"));
    }

    [Fact]
    public void The_list_of_batch_sizes_is_bounded()
    {
        var statistics = new VersionStatistics(new InferenceMetrics(new TestMeters(), () => new Dictionary<string, Model?>()).ForModel("m"));
        for (var rows = 1; rows <= 5_000; rows++) statistics.RecordSuccess([new PendingInference(new InferRequest { Inputs = [] }, rows, isBatchable: false, CancellationToken.None)], new InferenceTimings(1, 2, 3, 4));

        var read = statistics.Read("m", "1");

        Assert.Equal((5_000, 1_000), (read.ExecutionCount, read.Batches.Count));
    }
}
