using InferenceServices.Contracts.Errors;
using InferenceServices.Inference.Repository;
using InferenceServices.Testing;

namespace InferenceServices.Inference.Tests.Repository;

/// <summary>Continuous requests during loads and unloads: no request uses a model that is partly loaded or disposed.</summary>
public sealed class ReloadStressTests : IDisposable
{
    private const int Callers = 6;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task No_request_fails_during_reloads()
    {
        _folder.Copy("versioned/1", "m/1/model.onnx");
        using var repository = Repositories.At(_folder.Path, executors: 2);
        using var done = new CancellationTokenSource();
        var senders = Enumerable.Range(0, Callers).Select(caller => Task.Run(() => SendUntilAsync(repository, caller, done.Token))).ToArray();

        for (var round = 0; round < 60; round++)
        {
            _folder.Copy(round % 2 == 0 ? "versioned/2" : "versioned/1", "m/1/model.onnx");
            await repository.LoadAsync("m", CancellationToken.None);

            // A request after a load is answered by the loaded model.
            using var request = Repositories.Floats("x", new(1), 1);
            using var response = await repository.InferAsync("m", null, request, CancellationToken.None);
            Assert.Equal(round % 2 == 0 ? 3f : 2f, response["y"].Values<float>()[0]);
        }
        await done.CancelAsync();

        var answers = await Task.WhenAll(senders).WaitAsync(Repositories.Guard);
        Assert.All(answers, answer => Assert.Equal(0, answer.NotThere));
        Assert.NotEqual(0, answers.Sum(answer => answer.PlusOne + answer.PlusTwo));
    }

    [Fact]
    public async Task Between_unload_and_load_a_model_is_not_found_or_not_ready()
    {
        _folder.Copy("versioned/1", "m/1/model.onnx");
        using var repository = Repositories.At(_folder.Path, executors: 2);
        using var done = new CancellationTokenSource();
        var senders = Enumerable.Range(0, Callers).Select(caller => Task.Run(() => SendUntilAsync(repository, caller, done.Token))).ToArray();

        for (var round = 0; round < 60; round++)
        {
            await repository.UnloadAsync("m", CancellationToken.None);
            await repository.LoadAsync("m", CancellationToken.None);
        }
        await done.CancelAsync();

        var answers = await Task.WhenAll(senders).WaitAsync(Repositories.Guard);
        Assert.True(answers.Sum(answer => answer.PlusOne) > 0 && answers.Sum(answer => answer.NotThere) > 0);
    }

    [Fact]
    public async Task Concurrent_loads_and_unloads_of_one_model_are_serialized()
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
                // Another caller has unloaded the model.
            }
        });

        await repository.LoadAsync("m", CancellationToken.None);
        using var request = Repositories.Floats("x", new(1), 1);
        using var response = await repository.InferAsync("m", null, request, CancellationToken.None);
        Assert.Equal(2f, response["y"].Values<float>()[0]);
        Assert.Equal(["m"], repository.ModelNames);
    }

    // Any result other than the output of one of the two files, or an error because the model is not loaded, fails the test.
    private static async Task<(int PlusOne, int PlusTwo, int NotThere)> SendUntilAsync(ModelRepository repository, int caller, CancellationToken done)
    {
        var (plusOne, plusTwo, notThere) = (0, 0, 0);
        for (var round = 0; !done.IsCancellationRequested; round++)
        {
            var sent = Enumerable.Range(0, 1 + (round % 50)).Select(i => (float)((caller * 1_000) + i)).ToArray();
            using var request = Repositories.Floats("x", new(sent.Length), sent);
            try
            {
                using var response = await repository.InferAsync("m", round % 2 == 0 ? null : "1", request, CancellationToken.None);
                // The model version may be disposed by now; the memory of its output must not be.
                var got = response["y"].Values<float>().ToArray();
                var added = got[0] - sent[0];
                Assert.Equal(sent.Select(value => value + added), got);
                if (added == 1) plusOne++;
                else if (added == 2) plusTwo++;
                else Assert.Fail($"x + {added}");
            }
            catch (InferenceException error) when (error is ModelNotFoundException or ModelNotReadyException)
            {
                notThere++;
            }
        }
        return (plusOne, plusTwo, notThere);
    }
}
