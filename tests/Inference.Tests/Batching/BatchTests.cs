using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;
using InferenceServices.Inference.Repository;
using static InferenceServices.Inference.Tests.Repositories;

namespace InferenceServices.Inference.Tests.Batching;

/// <summary>Requests that run as one batch. The repositories wait until a batch is full, so that results do not depend on timing.</summary>
public sealed class BatchTests
{
    [Fact]
    public async Task Queued_requests_run_as_one_batch_and_each_gets_its_own_rows()
    {
        using var repository = WithFullBatches("iris-mlp", 32);
        float[][] rows = [.. Enumerable.Range(0, 32).Select(i => new[] { 4 + i * 0.1f, 3, i * 0.2f, 0.1f })];

        var answers = await Task.WhenAll(rows.Select((row, i) => InferAsync(repository, Floats("x", new Shape(1, 4), row), $"request {i}"))).WaitAsync(Guard);

        var statistics = Assert.Single(repository.GetStatistics("model", null));
        Assert.Equal((32, 1, 32), (statistics.InferenceCount, statistics.ExecutionCount, statistics.Success.Count));
        Assert.Equal([(32, 1)], statistics.Batches.Select(batch => (batch.BatchSize, batch.ComputeInfer.Count)));
        using var alone = Of("iris-mlp", maxBatchSize: 1);
        for (var i = 0; i < rows.Length; i++)
        {
            using var answer = answers[i];
            using var request = Floats("x", new Shape(1, 4), rows[i]);
            using var expected = await alone.InferAsync(request);
            Assert.Equal($"request {i}", answer.Id);
            Assert.Equal(new Shape(1, 3), answer["probabilities"].Shape);
            // Kernels may add in a different order for more rows.
            Assert.Equal(expected["probabilities"].Values<float>().ToArray(), answer["probabilities"].Values<float>().ToArray(), (a, b) => Math.Abs(a - b) < 1e-6);
        }
    }

    [Fact]
    public async Task Requests_of_several_rows_are_batched()
    {
        using var repository = WithFullBatches("versioned", 6);

        var answers = await Task.WhenAll(new float[][] { [1], [2, 3, 4], [5, 6] }.Select(values => InferAsync(repository, Floats("x", new Shape(values.Length), values))))
            .WaitAsync(Guard);

        Assert.Equal([[3f], [4f, 5f, 6f], [7f, 8f]], answers.Select(answer => answer["y"].Values<float>().ToArray()));
        Assert.Equal((6, 1), Runs(repository));
        foreach (var answer in answers) answer.Dispose();
    }

    [Fact]
    public async Task Strings_and_several_outputs_are_split_by_request()
    {
        using var repository = WithFullBatches("string-input", 4);

        var answers = await Task.WhenAll(new string[][] { ["hello"], ["", "no such word"], ["привет"] }.Select(texts => InferAsync(repository, Texts(texts)))).WaitAsync(Guard);

        Assert.Equal([[0L], [7L, -1L], [1L]], answers.Select(answer => answer["id"].Values<long>().ToArray()));
        Assert.Equal([["English"], ["nothing", "?"], ["русский"]], answers.Select(answer => StringsOf(answer["language"])));
        Assert.Equal((4, 1), Runs(repository));
        foreach (var answer in answers) answer.Dispose();
    }

    [Fact]
    public async Task Responses_of_one_batch_are_disposed_independently()
    {
        using var repository = WithFullBatches("versioned", 2);
        var answers = await Task.WhenAll(InferAsync(repository, Floats("x", new Shape(1), 1)), InferAsync(repository, Floats("x", new Shape(1), 2))).WaitAsync(Guard);

        answers[0].Dispose();
        answers[0].Dispose();

        Assert.Equal([4f], answers[1]["y"].Values<float>().ToArray());
        answers[1].Dispose();
    }

    [Fact]
    public async Task Only_the_faulty_request_of_a_batch_fails()
    {
        using var repository = WithFullBatches("embedding", 32);
        long[] ids = [.. Enumerable.Range(0, 31).Select(i => (long)(i % 4)), 99];

        var requests = ids.Select(id => InferAsync(repository, InferRequest.Of("id", Tensor.Of<long>(Datatype.Int64, new Shape(1), [id])))).ToArray();

        float[][] table = [[0.5f, -1, 2], [8, 0.25f, -3], [1, 1, 1], [0, 0, 0.125f]];
        for (var i = 0; i < 31; i++)
        {
            using var answer = await requests[i].WaitAsync(Guard);
            Assert.Equal(table[i % 4], answer["vector"].Values<float>().ToArray());
        }
        var error = await Assert.ThrowsAsync<InvalidInputException>(() => requests[31]).WaitAsync(Guard);
        Assert.StartsWith("model 'model' cannot take this input: ", error.Message, StringComparison.Ordinal);
        var statistics = Assert.Single(repository.GetStatistics("model", null));
        Assert.Equal((31, 1), (statistics.Success.Count, statistics.Fail.Count));
    }

    [Fact]
    public async Task A_request_cancelled_in_the_queue_is_not_run()
    {
        using var repository = WithFullBatches("versioned", 3);
        using var caller = new CancellationTokenSource();
        var cancelled = InferAsync(repository, Floats("x", new Shape(1), 1), cancellationToken: caller.Token);
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled).WaitAsync(Guard);

        var answers = await Task.WhenAll(InferAsync(repository, Floats("x", new Shape(1), 2)), InferAsync(repository, Floats("x", new Shape(1), 3))).WaitAsync(Guard);

        Assert.Equal([4f, 5f], answers.Select(answer => answer["y"].Values<float>()[0]));
        Assert.Equal((2, 1), Runs(repository));
        foreach (var answer in answers) answer.Dispose();
    }

    [Fact]
    public async Task One_cancelled_request_does_not_terminate_the_batch()
    {
        // The longest row determines the duration of the run: long enough to cancel, short enough to wait for.
        using var repository = WithFullBatches("slow", 2);
        using var caller = new CancellationTokenSource();
        var cancelled = InferAsync(repository, Turns(200), cancellationToken: caller.Token);
        var staying = InferAsync(repository, Turns(100));

        await caller.CancelAsync();

        using var answer = await staying.WaitAsync(Guard);
        Assert.Equal([100f], answer["done"].Values<float>().ToArray());
        // Cancelled immediately or completed, depending on whether the run had started.
        await Task.WhenAny(cancelled).WaitAsync(Guard);
        if (cancelled.IsCompletedSuccessfully) (await cancelled).Dispose();
    }

    [Fact]
    public async Task A_run_is_terminated_when_all_requests_are_cancelled()
    {
        using var repository = WithFullBatches("slow", 2);
        using var callers = new CancellationTokenSource();
        Task<InferResponse>[] cancelledTasks =
            [InferAsync(repository, Turns(Minutes), cancellationToken: callers.Token), InferAsync(repository, Turns(Minutes), cancellationToken: callers.Token)];

        await callers.CancelAsync();

        foreach (var cancelled in cancelledTasks) await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled).WaitAsync(Guard);
        var answers = await Task.WhenAll(InferAsync(repository, Turns(1)), InferAsync(repository, Turns(2))).WaitAsync(Guard);
        Assert.Equal([1f, 2f], answers.Select(answer => answer["done"].Values<float>()[0]));
        foreach (var answer in answers) answer.Dispose();
    }

    private static Task<InferResponse> InferAsync(ModelRepository repository, InferRequest request, string? id = null, CancellationToken cancellationToken = default)
        => repository.InferAsync(request with { Id = id }, cancellationToken);

    private static (long Rows, long Runs) Runs(ModelRepository repository)
    {
        var highest = repository.GetStatistics("model", null)[^1];
        return (highest.InferenceCount, highest.ExecutionCount);
    }

    private static InferRequest Texts(params string[] texts)
    {
        using var builder = new TensorBuilder(Datatype.Bytes, texts.Length);
        foreach (var text in texts) builder.AppendBytes(System.Text.Encoding.UTF8.GetBytes(text));
        return InferRequest.Of("text", builder.Build(new Shape(texts.Length)));
    }

    private static string[] StringsOf(Tensor tensor)
    {
        var texts = new List<string>();
        foreach (var element in tensor.Elements) texts.Add(System.Text.Encoding.UTF8.GetString(element));
        return [.. texts];
    }
}
