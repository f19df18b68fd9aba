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
    public void A_version_that_has_done_nothing_says_so()
    {
        using var repository = Repositories.Of("versioned");

        var all = repository.GetStatistics(null, null);

        Assert.Equal([("model", "1"), ("model", "2")], all.Select(one => (one.Name, one.Version)));
        Assert.All(all, one =>
        {
            Assert.Null(one.LastInference);
            Assert.Equal((0, 0), (one.InferenceCount, one.ExecutionCount));
            Assert.All([one.Success, one.Fail, one.Queue, one.ComputeInput, one.ComputeInfer, one.ComputeOutput], duration => Assert.Equal(new StatisticDuration(0, 0), duration));
            Assert.Empty(one.Batches);
        });
    }

    [Fact]
    public async Task Every_request_is_counted_with_its_rows_and_its_stages_before_it_is_answered()
    {
        using var repository = Repositories.Of("iris-mlp");
        var before = TimeProvider.System.GetUtcNow();
        foreach (var rows in new[] { 3, 1, 3 })
        {
            using var request = Repositories.Floats("x", new(rows, 4), new float[4 * rows]);
            using var response = await repository.InferAsync(request);
        }

        var one = Assert.Single(repository.GetStatistics("model", "1"));

        Assert.InRange(one.LastInference!.Value, before, TimeProvider.System.GetUtcNow());
        Assert.Equal((7, 3), (one.InferenceCount, one.ExecutionCount));
        Assert.All([one.Success, one.Queue, one.ComputeInput, one.ComputeInfer, one.ComputeOutput], duration => Assert.Equal(3, duration.Count));
        Assert.Equal(0, one.Fail.Count);
        Assert.Equal([(1, 1), (3, 2)], one.Batches.Select(batch => (batch.BatchSize, batch.ComputeInfer.Count)));
        Assert.Equal(one.ComputeInfer.Nanoseconds, one.Batches.Sum(batch => batch.ComputeInfer.Nanoseconds));
        var stages = one.Queue.Nanoseconds + one.ComputeInput.Nanoseconds + one.ComputeInfer.Nanoseconds + one.ComputeOutput.Nanoseconds;
        // Each stage is rounded down to whole nanoseconds of its own.
        Assert.InRange(one.Success.Nanoseconds - stages, 0, 4);
        Assert.True(one.ComputeInfer.Nanoseconds > 0);
    }

    [Theory]
    [InlineData("fixed", new long[] { 2, 3 }, 1)]
    [InlineData("scalar", new long[0], 1)]
    [InlineData("free", new long[] { 5, 2 }, 5)]
    [InlineData("free", new long[] { 0, 2 }, 0)]
    public async Task Rows_are_the_first_axis_where_the_model_leaves_it_free(string model, long[] dims, long rows)
    {
        using var repository = Repositories.Of(model);
        using var request = Repositories.Floats("x", new(dims), new float[dims.Aggregate(1L, (product, dim) => product * dim)]);

        using var response = await repository.InferAsync(request);

        Assert.Equal(rows, repository.GetStatistics("model", null).Single().InferenceCount);
    }

    [Fact]
    public async Task Rows_are_those_of_the_models_first_input_in_whatever_order_inputs_come()
    {
        using var repository = Repositories.Of("datatypes");
        var metadata = await repository.GetMetadataAsync("model", null, CancellationToken.None);
        using var request = WarmUpRequest.For(metadata.Inputs);
        var first = new InferInput(metadata.Inputs[0].Name, Tensor.Of<byte>(Datatype.Bool, new(4), [1, 0, 1, 0]));
        using var reordered = new InferRequest { Inputs = [.. request.Inputs.Skip(1), first] };

        using var response = await repository.InferAsync(reordered);

        Assert.Equal(4, repository.GetStatistics("model", null).Single().InferenceCount);
    }

    [Fact]
    public async Task Refused_and_given_up_requests_are_failures_and_nothing_else()
    {
        using var repository = Repositories.Of("slow", queueCapacity: 1);
        using var callers = new CancellationTokenSource();
        using var endless = Repositories.Turns(Repositories.Minutes);
        // At most one runs and one waits, at least one does: of four, two or three are refused at once.
        var asked = Enumerable.Range(0, 4).Select(_ => repository.InferAsync(endless, callers.Token)).ToArray();
        await callers.CancelAsync();
        var failures = new List<Exception>();
        foreach (var task in asked) failures.Add(await Assert.ThrowsAnyAsync<Exception>(() => task).WaitAsync(Repositories.Guard));
        Assert.InRange(failures.Count(failure => failure is QueueFullException), 2, 3);
        Assert.InRange(failures.Count(failure => failure is OperationCanceledException), 1, 2);

        var one = repository.GetStatistics("model", null).Single();

        Assert.Equal((0, 4, 0, 0), (one.Success.Count, one.Fail.Count, one.Queue.Count, one.ExecutionCount));
        Assert.True(one.Fail.Nanoseconds > 0);
        Assert.Null(one.LastInference);
        Assert.Empty(one.Batches);
    }

    [Fact]
    public async Task A_run_that_fails_is_a_failure()
    {
        using var repository = Repositories.Of("string-input");
        using var strings = new TensorBuilder(Datatype.Bytes, 2);
        strings.AppendBytes("one"u8);
        strings.AppendBytes("two"u8);
        // One string too many for its shape: the codecs would not let it come so far.
        using var request = InferRequest.Of("text", strings.Build(new Shape(1)));

        await Assert.ThrowsAsync<InvalidInputException>(() => repository.InferAsync(request));

        var one = repository.GetStatistics("model", null).Single();
        Assert.Equal((0, 1, 0), (one.Success.Count, one.Fail.Count, one.ExecutionCount));
    }

    [Fact]
    public async Task A_request_that_does_not_fit_never_reached_the_model()
    {
        using var repository = Repositories.Of("iris-mlp");
        using var request = Repositories.Floats("x", new(1, 3), 1, 2, 3);

        await Assert.ThrowsAsync<InvalidInputException>(() => repository.InferAsync(request));

        Assert.Equal(0, repository.GetStatistics("model", null).Single().Fail.Count);
    }

    [Fact]
    public async Task No_request_is_lost_between_many_callers_and_executors()
    {
        using var repository = Repositories.Of("versioned/1", executors: 3);

        await Parallel.ForEachAsync(Enumerable.Range(1, 400), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (number, cancellationToken) =>
        {
            using var request = Repositories.Floats("x", new(number % 4), new float[number % 4]);
            using var response = await repository.InferAsync(request, cancellationToken);
        });

        var one = repository.GetStatistics("model", null).Single();
        Assert.Equal((400, 600), (one.Success.Count, one.InferenceCount));
        // How many ran as one is up to chance; that every run and every row is in its place is not.
        Assert.Equal(one.ExecutionCount, one.Batches.Sum(batch => batch.ComputeOutput.Count));
        Assert.Equal(600, one.Batches.Sum(batch => batch.BatchSize * batch.ComputeOutput.Count));
    }

    [Fact]
    public async Task A_load_begins_the_counts_anew_and_an_unloaded_model_has_none()
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
    public void Callers_cannot_make_the_list_of_batch_sizes_grow_without_end()
    {
        var statistics = new VersionStatistics(new InferenceMetrics(new TestMeters(), () => new Dictionary<string, Model?>()).Of("m"));
        for (var rows = 1; rows <= 5_000; rows++) statistics.CountSuccess([new PendingInference(new InferRequest { Inputs = [] }, rows, joins: false, CancellationToken.None)], new InferenceTimings(1, 2, 3, 4));

        var read = statistics.Read("m", "1");

        Assert.Equal((5_000, 1_000), (read.ExecutionCount, read.Batches.Count));
    }
}
