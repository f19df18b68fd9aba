using InferenceServices.Contracts.V2;
using InferenceServices.Testing;

namespace InferenceServices.Inference.Tests.Repository;

public sealed class RepositoryIndexTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Everything_on_disk_and_everything_loaded_is_listed_by_name_and_version()
    {
        _folder.Copy("versioned/1", "b/9/model.onnx");
        _folder.Copy("versioned/1", "b/10/model.onnx");
        _folder.Copy("versioned/1", "gone/model.onnx");
        using var repository = Repositories.At(_folder.Path);
        Directory.Delete(_folder.Below("gone"), recursive: true);
        _folder.Copy("versioned/1", "b/11/model.onnx");
        _folder.Copy("versioned/1", "a/model.onnx");
        _folder.Write("bad/model.onnx");
        var settings = _folder.Write("bad/model-settings.json", "{");
        _folder.Write("nothing/readme.txt");

        var index = await repository.IndexAsync(CancellationToken.None);

        Assert.Equal(
            [
                new("a", "1", ModelState.Unavailable, "not loaded"),
                new("b", "9", ModelState.Ready),
                new("b", "10", ModelState.Ready),
                new("b", "11", ModelState.Unavailable, "not loaded"),
                new("bad", null, ModelState.Unavailable, index[4].Reason),
                new("gone", "1", ModelState.Ready),
            ],
            index);
        Assert.StartsWith($"{settings} ", index[4].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unloaded_model_is_unloading_while_it_finishes_and_unavailable_then()
    {
        _folder.Copy("slow", "slow/model.onnx");
        using var repository = Repositories.At(_folder.Path);
        using var caller = new CancellationTokenSource();
        using var endless = Repositories.Turns(Repositories.Minutes);
        var running = repository.InferAsync("slow", null, endless, caller.Token).AsTask();

        await repository.UnloadAsync("slow", CancellationToken.None);
        Assert.Equal([new("slow", "1", ModelState.Unloading)], await repository.IndexAsync(CancellationToken.None));
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running).WaitAsync(Repositories.Guard);

        // The last release follows shortly after the last response.
        using var guard = new CancellationTokenSource(Repositories.Guard);
        while ((await repository.IndexAsync(guard.Token))[0].State == ModelState.Unloading) guard.Token.ThrowIfCancellationRequested();
        Assert.Equal([new("slow", "1", ModelState.Unavailable, "not loaded")], await repository.IndexAsync(CancellationToken.None));
    }
}
