using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;
using InferenceServices.Inference.Repository;
using static InferenceServices.Inference.Tests.Repositories;

namespace InferenceServices.Inference.Tests.Batching;

/// <summary>Requests that run as one. The repositories keep them back until a batch is full, so that nothing depends on who comes when.</summary>
public sealed class BatchTests
{
    [Fact]
    public async Task What_waits_together_runs_once_and_everybody_gets_his_own_rows()
    {
        using var repository = KeepingBack("iris-mlp", 32);
        float[][] rows = [.. Enumerable.Range(0, 32).Select(i => new[] { 4 + i * 0.1f, 3, i * 0.2f, 0.1f })];

        var answers = await Task.WhenAll(rows.Select((row, i) => AskAsync(repository, Floats("x", new Shape(1, 4), row), $"request {i}"))).WaitAsync(Guard);

        var one = Assert.Single(repository.GetStatistics("model", null));
        Assert.Equal((32, 1, 32), (one.InferenceCount, one.ExecutionCount, one.Success.Count));
        Assert.Equal([(32, 1)], one.Batches.Select(batch => (batch.BatchSize, batch.ComputeInfer.Count)));
        using var alone = Of("iris-mlp", maxBatchSize: 1);
        for (var i = 0; i < rows.Length; i++)
        {
            using var answer = answers[i];
            using var request = Floats("x", new Shape(1, 4), rows[i]);
            using var expected = await alone.InferAsync(request);
            Assert.Equal($"request {i}", answer.Id);
            Assert.Equal(new Shape(1, 3), answer["probabilities"].Shape);
            // Kernels add in another order when there are more rows.
            Assert.Equal(expected["probabilities"].Values<float>().ToArray(), answer["probabilities"].Values<float>().ToArray(), (a, b) => Math.Abs(a - b) < 1e-6);
        }
    }

    [Fact]
    public async Task Requests_of_several_rows_join_as_well()
    {
        using var repository = KeepingBack("versioned", 6);

        var answers = await Task.WhenAll(new float[][] { [1], [2, 3, 4], [5, 6] }.Select(values => AskAsync(repository, Floats("x", new Shape(values.Length), values))))
            .WaitAsync(Guard);

        Assert.Equal([[3f], [4f, 5f, 6f], [7f, 8f]], answers.Select(answer => answer["y"].Values<float>().ToArray()));
        Assert.Equal((6, 1), Runs(repository));
        foreach (var answer in answers) answer.Dispose();
    }

    [Fact]
    public async Task Texts_and_several_outputs_are_told_apart_again()
    {
        using var repository = KeepingBack("string-input", 4);

        var answers = await Task.WhenAll(new string[][] { ["hello"], ["", "no such word"], ["привет"] }.Select(texts => AskAsync(repository, Texts(texts)))).WaitAsync(Guard);

        Assert.Equal([[0L], [7L, -1L], [1L]], answers.Select(answer => answer["id"].Values<long>().ToArray()));
        Assert.Equal([["English"], ["nothing", "?"], ["русский"]], answers.Select(answer => StringsOf(answer["language"])));
        Assert.Equal((4, 1), Runs(repository));
        foreach (var answer in answers) answer.Dispose();
    }

    [Fact]
    public async Task Answers_of_one_run_outlive_each_other()
    {
        using var repository = KeepingBack("versioned", 2);
        var answers = await Task.WhenAll(AskAsync(repository, Floats("x", new Shape(1), 1)), AskAsync(repository, Floats("x", new Shape(1), 2))).WaitAsync(Guard);

        answers[0].Dispose();
        answers[0].Dispose();

        Assert.Equal([4f], answers[1]["y"].Values<float>().ToArray());
        answers[1].Dispose();
    }

    [Fact]
    public async Task Only_the_poisoned_one_of_a_batch_fails()
    {
        using var repository = KeepingBack("embedding", 32);
        long[] ids = [.. Enumerable.Range(0, 31).Select(i => (long)(i % 4)), 99];

        var asked = ids.Select(id => AskAsync(repository, InferRequest.Of("id", Tensor.Of<long>(Datatype.Int64, new Shape(1), [id])))).ToArray();

        float[][] table = [[0.5f, -1, 2], [8, 0.25f, -3], [1, 1, 1], [0, 0, 0.125f]];
        for (var i = 0; i < 31; i++)
        {
            using var answer = await asked[i].WaitAsync(Guard);
            Assert.Equal(table[i % 4], answer["vector"].Values<float>().ToArray());
        }
        var refusal = await Assert.ThrowsAsync<InvalidInputException>(() => asked[31]).WaitAsync(Guard);
        Assert.StartsWith("model 'model' cannot take this input: ", refusal.Message, StringComparison.Ordinal);
        var one = Assert.Single(repository.GetStatistics("model", null));
        Assert.Equal((31, 1), (one.Success.Count, one.Fail.Count));
    }

    [Fact]
    public async Task Whoever_leaves_a_waiting_batch_is_not_run_and_not_waited_for()
    {
        using var repository = KeepingBack("versioned", 3);
        using var caller = new CancellationTokenSource();
        var leaving = AskAsync(repository, Floats("x", new Shape(1), 1), cancellationToken: caller.Token);
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving).WaitAsync(Guard);

        var answers = await Task.WhenAll(AskAsync(repository, Floats("x", new Shape(1), 2)), AskAsync(repository, Floats("x", new Shape(1), 3))).WaitAsync(Guard);

        Assert.Equal([4f, 5f], answers.Select(answer => answer["y"].Values<float>()[0]));
        Assert.Equal((2, 1), Runs(repository));
        foreach (var answer in answers) answer.Dispose();
    }

    [Fact]
    public async Task One_who_leaves_a_run_does_not_end_it_for_the_others()
    {
        // Turns of the longest row are what a run takes: long enough to leave it, short enough to wait for.
        using var repository = KeepingBack("slow", 2);
        using var caller = new CancellationTokenSource();
        var leaving = AskAsync(repository, Turns(200), cancellationToken: caller.Token);
        var staying = AskAsync(repository, Turns(100));

        await caller.CancelAsync();

        using var answer = await staying.WaitAsync(Guard);
        Assert.Equal([100f], answer["done"].Values<float>().ToArray());
        // Told at once or served as well, as the run had begun or not.
        await Task.WhenAny(leaving).WaitAsync(Guard);
        if (leaving.IsCompletedSuccessfully) (await leaving).Dispose();
    }

    [Fact]
    public async Task A_run_that_all_have_left_is_ended()
    {
        using var repository = KeepingBack("slow", 2);
        using var callers = new CancellationTokenSource();
        Task<InferResponse>[] leaving =
            [AskAsync(repository, Turns(Minutes), cancellationToken: callers.Token), AskAsync(repository, Turns(Minutes), cancellationToken: callers.Token)];

        await callers.CancelAsync();

        foreach (var left in leaving) await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left).WaitAsync(Guard);
        var answers = await Task.WhenAll(AskAsync(repository, Turns(1)), AskAsync(repository, Turns(2))).WaitAsync(Guard);
        Assert.Equal([1f, 2f], answers.Select(answer => answer["done"].Values<float>()[0]));
        foreach (var answer in answers) answer.Dispose();
    }

    private static Task<InferResponse> AskAsync(ModelRepository repository, InferRequest request, string? id = null, CancellationToken cancellationToken = default)
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
