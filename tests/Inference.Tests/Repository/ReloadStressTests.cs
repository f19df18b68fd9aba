using InferenceServices.Contracts.Errors;
using InferenceServices.Inference.Repository;
using InferenceServices.Testing;

namespace InferenceServices.Inference.Tests.Repository;

/// <summary>Callers who never stop asking while models come and go: nobody meets one that is half loaded or disposed.</summary>
public sealed class ReloadStressTests : IDisposable
{
    private const int Callers = 6;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task No_request_fails_because_a_model_is_loaded_anew()
    {
        _folder.Copy("versioned/1", "m/1/model.onnx");
        using var repository = Repositories.At(_folder.Path, executors: 2);
        using var done = new CancellationTokenSource();
        var asking = Enumerable.Range(0, Callers).Select(caller => Task.Run(() => AskUntilAsync(repository, caller, done.Token))).ToArray();

        for (var round = 0; round < 60; round++)
        {
            _folder.Copy(round % 2 == 0 ? "versioned/2" : "versioned/1", "m/1/model.onnx");
            await repository.LoadAsync("m", CancellationToken.None);

            // Whoever asks after a load is answered by what was loaded.
            using var request = Repositories.Floats("x", new(1), 1);
            using var response = await repository.InferAsync("m", null, request, CancellationToken.None);
            Assert.Equal(round % 2 == 0 ? 3f : 2f, response["y"].Values<float>()[0]);
        }
        await done.CancelAsync();

        var answers = await Task.WhenAll(asking).WaitAsync(Repositories.Guard);
        Assert.All(answers, answer => Assert.Equal(0, answer.NotThere));
        Assert.NotEqual(0, answers.Sum(answer => answer.PlusOne + answer.PlusTwo));
    }

    [Fact]
    public async Task Between_unload_and_load_a_model_is_absent_or_not_ready_and_never_broken()
    {
        _folder.Copy("versioned/1", "m/1/model.onnx");
        using var repository = Repositories.At(_folder.Path, executors: 2);
        using var done = new CancellationTokenSource();
        var asking = Enumerable.Range(0, Callers).Select(caller => Task.Run(() => AskUntilAsync(repository, caller, done.Token))).ToArray();

        for (var round = 0; round < 60; round++)
        {
            await repository.UnloadAsync("m", CancellationToken.None);
            await repository.LoadAsync("m", CancellationToken.None);
        }
        await done.CancelAsync();

        var answers = await Task.WhenAll(asking).WaitAsync(Repositories.Guard);
        Assert.True(answers.Sum(answer => answer.PlusOne) > 0 && answers.Sum(answer => answer.NotThere) > 0);
    }

    [Fact]
    public async Task Loads_and_unloads_of_one_model_by_many_callers_end_in_order()
    {
        _folder.Copy("versioned/1", "m/model.onnx");
        using var repository = Repositories.At(_folder.Path);

        await Parallel.ForEachAsync(Enumerable.Range(0, 40), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (number, cancellationToken) =>
        {
            try
            {
                await (number % 2 == 0 ? repository.LoadAsync("m", cancellationToken) : repository.UnloadAsync("m", cancellationToken));
            }
            catch (ModelNotFoundException) when (number % 2 == 1)
            {
                // Somebody else had unloaded it.
            }
        });

        await repository.LoadAsync("m", CancellationToken.None);
        using var request = Repositories.Floats("x", new(1), 1);
        using var response = await repository.InferAsync("m", null, request, CancellationToken.None);
        Assert.Equal(2f, response["y"].Values<float>()[0]);
        Assert.Equal(["m"], repository.ModelNames);
    }

    // Anything but an answer of one of the two files, or a refusal because the model is away, ends the caller and so the test.
    private static async Task<(int PlusOne, int PlusTwo, int NotThere)> AskUntilAsync(ModelRepository repository, int caller, CancellationToken done)
    {
        var (plusOne, plusTwo, notThere) = (0, 0, 0);
        for (var round = 0; !done.IsCancellationRequested; round++)
        {
            var sent = Enumerable.Range(0, 1 + (round % 50)).Select(i => (float)((caller * 1_000) + i)).ToArray();
            using var request = Repositories.Floats("x", new(sent.Length), sent);
            try
            {
                using var response = await repository.InferAsync("m", round % 2 == 0 ? null : "1", request, CancellationToken.None);
                // The version that made this tensor may be disposed by now; its memory must not be.
                var got = response["y"].Values<float>().ToArray();
                var added = got[0] - sent[0];
                Assert.Equal(sent.Select(value => value + added), got);
                if (added == 1) plusOne++;
                else if (added == 2) plusTwo++;
                else Assert.Fail($"x + {added}");
            }
            catch (InferenceException refusal) when (refusal is ModelNotFoundException or ModelNotReadyException)
            {
                notThere++;
            }
        }
        return (plusOne, plusTwo, notThere);
    }
}
