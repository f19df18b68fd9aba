using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.V2;
using InferenceServices.Inference.Repository;
using InferenceServices.Testing;

namespace InferenceServices.Inference.Tests.Repository;

public sealed class LoadTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_model_added_to_the_disk_serves_after_its_load()
    {
        _folder.Copy("versioned/1", "a/model.onnx");
        using var repository = Repositories.At(_folder.Path);
        _folder.Copy("versioned/2", "b/model.onnx");
        await Assert.ThrowsAsync<ModelNotFoundException>(() => InferAsync(repository, "b"));

        await repository.LoadAsync("b", CancellationToken.None);

        Assert.Equal(3f, await InferAsync(repository, "b"));
        Assert.Equal(2f, await InferAsync(repository, "a"));
        Assert.Equal(["a", "b"], repository.ModelNames);
    }

    [Fact]
    public async Task A_reload_reads_the_current_file_and_preserves_the_order_of_models()
    {
        foreach (var name in new[] { "a", "b" }) _folder.Copy("versioned/1", $"{name}/model.onnx");
        using var repository = Repositories.At(_folder.Path);
        _folder.Copy("versioned/2", "a/model.onnx");

        Assert.Equal(2f, await InferAsync(repository, "a"));
        await repository.LoadAsync("a", CancellationToken.None);

        Assert.Equal(3f, await InferAsync(repository, "a"));
        Assert.Equal(["a", "b"], repository.ModelNames);
    }

    [Fact]
    public async Task A_reload_loads_new_versions_and_drops_deleted_versions()
    {
        _folder.Copy("versioned/1", "m/1/model.onnx");
        using var repository = Repositories.At(_folder.Path);
        _folder.Copy("versioned/2", "m/2/model.onnx");

        await repository.LoadAsync("m", CancellationToken.None);

        Assert.Equal(["1", "2"], (await repository.GetMetadataAsync("m", "1", CancellationToken.None)).Versions);
        Assert.Equal((3f, 2f), (await InferAsync(repository, "m"), await InferAsync(repository, "m", "1")));

        Directory.Delete(_folder.Below("m/1"), recursive: true);
        await repository.LoadAsync("m", CancellationToken.None);

        Assert.Equal(["2"], (await repository.GetMetadataAsync("m", null, CancellationToken.None)).Versions);
        await Assert.ThrowsAsync<ModelNotFoundException>(() => InferAsync(repository, "m", "1"));
    }

    [Fact]
    public async Task A_single_model_is_reloaded_by_its_name()
    {
        _folder.Copy("versioned/1", "model.onnx");
        using var repository = Repositories.At(_folder.Path);
        _folder.Copy("versioned/2", "model.onnx");

        await repository.LoadAsync("model", CancellationToken.None);

        Assert.Equal(3f, await InferAsync(repository, "model"));
        await Assert.ThrowsAsync<ModelNotFoundException>(async () => await repository.LoadAsync("other", CancellationToken.None));
    }

    [Fact]
    public async Task A_model_renamed_by_its_settings_is_loaded_by_that_name_only()
    {
        _folder.Copy("versioned/1", "first/model.onnx");
        using var repository = Repositories.At(_folder.Path);
        _folder.Copy("versioned/2", "folder/model.onnx");
        _folder.Write("folder/model-settings.json", """{"name":"renamed"}""");

        await repository.LoadAsync("renamed", CancellationToken.None);

        Assert.Equal(3f, await InferAsync(repository, "renamed"));
        await Assert.ThrowsAsync<ModelNotFoundException>(async () => await repository.LoadAsync("folder", CancellationToken.None));
    }

    [Fact]
    public async Task A_failed_reload_preserves_the_loaded_model_and_reports_the_reason()
    {
        _folder.Copy("versioned/1", "m/model.onnx");
        using var repository = Repositories.At(_folder.Path);
        File.WriteAllText(_folder.Below("m/model.onnx"), "no model");

        var error = await Assert.ThrowsAsync<ModelNotReadyException>(async () => await repository.LoadAsync("m", CancellationToken.None));

        Assert.StartsWith(
            $"Model with name m is not ready. It could not be loaded: {_folder.Below("m/model.onnx")} cannot be loaded: ", error.Message, StringComparison.Ordinal);
        Assert.Equal(2f, await InferAsync(repository, "m"));
        Assert.True(await repository.IsReadyAsync("m", null, CancellationToken.None));
        Assert.Contains("cannot be loaded", Assert.Single(await IndexAsync(repository)).Reason, StringComparison.Ordinal);

        _folder.Copy("versioned/2", "m/model.onnx");
        await repository.LoadAsync("m", CancellationToken.None);

        Assert.Equal(3f, await InferAsync(repository, "m"));
        Assert.Equal([new("m", "1", ModelState.Ready)], await IndexAsync(repository));
    }

    [Fact]
    public async Task One_invalid_version_preserves_the_loaded_versions()
    {
        _folder.Copy("versioned/1", "m/1/model.onnx");
        using var repository = Repositories.At(_folder.Path);
        _folder.Copy("versioned/2", "m/2/model.onnx");
        _folder.Write("m/3/model.onnx", "no model");

        await Assert.ThrowsAsync<ModelNotReadyException>(async () => await repository.LoadAsync("m", CancellationToken.None));

        Assert.Equal(2f, await InferAsync(repository, "m"));
        await Assert.ThrowsAsync<ModelNotFoundException>(() => InferAsync(repository, "m", "2"));
        Assert.Equal(["1", "2", "3"], (await IndexAsync(repository)).Select(entry => entry.Version));
    }

    [Fact]
    public async Task A_failed_first_load_leaves_the_model_unknown()
    {
        _folder.Copy("versioned/1", "a/model.onnx");
        using var repository = Repositories.At(_folder.Path);
        _folder.Write("b/model.onnx", "no model");

        for (var i = 0; i < 3; i++)
            await Assert.ThrowsAsync<ModelNotReadyException>(async () => await repository.LoadAsync("b", CancellationToken.None));

        Assert.Equal(["a"], repository.ModelNames);
        await Assert.ThrowsAsync<ModelNotFoundException>(async () => await repository.IsReadyAsync("b", null, CancellationToken.None));
        Assert.Equal((ModelState.Unavailable, true), (await IndexAsync(repository)).Select(entry => (entry.State, entry.Reason.Contains("cannot be loaded", StringComparison.Ordinal))).Last());
    }

    [Fact]
    public async Task An_ambiguous_folder_is_rejected_with_the_reason()
    {
        _folder.Copy("versioned/1", "a/model.onnx");
        using var repository = Repositories.At(_folder.Path);
        foreach (var file in new[] { "one.onnx", "two.onnx" }) _folder.Copy("versioned/1", $"b/{file}");

        var error = await Assert.ThrowsAsync<ModelNotReadyException>(async () => await repository.LoadAsync("b", CancellationToken.None));

        Assert.Contains("one.onnx, two.onnx", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unloaded_model_is_not_found_and_can_be_loaded_again()
    {
        foreach (var name in new[] { "a", "b" }) _folder.Copy("versioned/1", $"{name}/model.onnx");
        using var repository = Repositories.At(_folder.Path);

        await repository.UnloadAsync("a", CancellationToken.None);

        Assert.Equal(["b"], repository.ModelNames);
        await Assert.ThrowsAsync<ModelNotFoundException>(() => InferAsync(repository, "a"));
        await Assert.ThrowsAsync<ModelNotFoundException>(async () => await repository.GetMetadataAsync("a", null, CancellationToken.None));
        await Assert.ThrowsAsync<ModelNotFoundException>(async () => await repository.IsReadyAsync("a", null, CancellationToken.None));
        await Assert.ThrowsAsync<ModelNotFoundException>(async () => await repository.UnloadAsync("a", CancellationToken.None));

        await repository.LoadAsync("a", CancellationToken.None);

        Assert.Equal(2f, await InferAsync(repository, "a"));
        Assert.Equal(["b", "a"], repository.ModelNames);
    }

    [Fact]
    public async Task Running_and_queued_requests_complete_after_an_unload()
    {
        _folder.Copy("slow", "slow/model.onnx");
        using var repository = Repositories.At(_folder.Path);
        using var first = Repositories.Turns(200);
        using var second = Repositories.Turns(3);
        var running = repository.InferAsync("slow", null, first, CancellationToken.None).AsTask();
        var waiting = repository.InferAsync("slow", null, second, CancellationToken.None).AsTask();

        await repository.UnloadAsync("slow", CancellationToken.None);

        await Assert.ThrowsAsync<ModelNotFoundException>(async () => await repository.InferAsync("slow", null, second, CancellationToken.None));
        using var firstAnswer = await running.WaitAsync(Repositories.Guard);
        using var secondAnswer = await waiting.WaitAsync(Repositories.Guard);
        Assert.Equal((200f, 3f), (firstAnswer["done"].Values<float>()[0], secondAnswer["done"].Values<float>()[0]));
    }

    [Fact]
    public async Task A_load_of_a_deleted_model_is_not_found_and_preserves_the_loaded_model()
    {
        _folder.Copy("versioned/1", "m/model.onnx");
        using var repository = Repositories.At(_folder.Path);
        Directory.Delete(_folder.Below("m"), recursive: true);

        await Assert.ThrowsAsync<ModelNotFoundException>(async () => await repository.LoadAsync("m", CancellationToken.None));

        Assert.Equal(2f, await InferAsync(repository, "m"));
    }

    [Theory]
    [InlineData("..", "model name must not contain path traversal characters")]
    [InlineData(".", "model name must not contain path traversal characters")]
    [InlineData("../m", "model name must not contain path traversal characters")]
    [InlineData("..\\m", "model name must not contain path traversal characters")]
    [InlineData("m/..", "model name must not contain path traversal characters")]
    [InlineData("/", "model name must not contain path traversal characters")]
    [InlineData("/etc", "model name must not contain path traversal characters")]
    [InlineData("m\0", "model name must not contain path traversal characters")]
    [InlineData("m\n", "model name must not contain path traversal characters")]
    [InlineData("", "model name should have 1 to 255 characters, got 0")]
    public async Task A_name_that_is_a_path_is_rejected(string name, string error)
    {
        _folder.Copy("versioned/1", "m/model.onnx");
        using var repository = Repositories.At(_folder.Path);

        Assert.Equal(error, (await Assert.ThrowsAsync<InvalidInputException>(async () => await repository.LoadAsync(name, CancellationToken.None))).Message);
        Assert.Equal(error, (await Assert.ThrowsAsync<InvalidInputException>(async () => await repository.UnloadAsync(name, CancellationToken.None))).Message);
    }

    [Fact]
    public async Task A_name_longer_than_a_folder_name_is_rejected()
    {
        _folder.Copy("versioned/1", "m/model.onnx");
        using var repository = Repositories.At(_folder.Path);

        await Assert.ThrowsAsync<InvalidInputException>(async () => await repository.LoadAsync(new string('m', 256), CancellationToken.None));
        await Assert.ThrowsAsync<ModelNotFoundException>(async () => await repository.LoadAsync(new string('é', 255), CancellationToken.None));
    }

    [Fact]
    public async Task During_its_first_load_a_model_is_listed_but_not_ready()
    {
        using var repository = Repositories.MultiModel(_folder.Path);
        using var held = new HeldModel(_folder, "slow-load");
        var loading = repository.LoadAsync("slow-load", CancellationToken.None).AsTask();
        await LoadStartedAsync(repository, "slow-load");

        Assert.False(await repository.IsReadyAsync("slow-load", null, CancellationToken.None));
        Assert.Equal(503, (await Assert.ThrowsAsync<ModelNotReadyException>(() => InferAsync(repository, "slow-load"))).StatusCode);
        await Assert.ThrowsAsync<ModelNotReadyException>(async () => await repository.GetMetadataAsync("slow-load", null, CancellationToken.None));
        Assert.Throws<ModelNotReadyException>(() => repository.GetStatistics("slow-load", null));
        Assert.Empty(repository.GetStatistics(null, null));
        Assert.Equal([new("slow-load", "1", ModelState.Loading)], await IndexAsync(repository));

        held.Release();
        await loading.WaitAsync(Repositories.Guard);
        Assert.Equal(2f, await InferAsync(repository, "slow-load"));
    }

    [Fact]
    public async Task During_a_load_other_models_load_and_serve_and_an_unload_of_the_model_waits()
    {
        _folder.Copy("versioned/2", "b/model.onnx");
        using var repository = Repositories.MultiModel(_folder.Path);
        await repository.LoadAsync("b", CancellationToken.None);
        using var held = new HeldModel(_folder, "slow-load");
        var loading = repository.LoadAsync("slow-load", CancellationToken.None).AsTask();
        await LoadStartedAsync(repository, "slow-load");

        var unloading = repository.UnloadAsync("slow-load", CancellationToken.None).AsTask();
        using var impatient = new CancellationTokenSource();
        var cancelled = repository.LoadAsync("slow-load", impatient.Token).AsTask();
        await impatient.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        await repository.LoadAsync("b", CancellationToken.None).AsTask().WaitAsync(Repositories.Guard);
        Assert.Equal(3f, await InferAsync(repository, "b"));
        Assert.False(unloading.IsCompleted);
        held.Release();
        await loading.WaitAsync(Repositories.Guard);
        await unloading.WaitAsync(Repositories.Guard);
        Assert.Equal(["b"], repository.ModelNames);
    }

    [Fact]
    public async Task A_started_load_completes_after_cancellation_or_disposal()
    {
        var repository = Repositories.MultiModel(_folder.Path);
        using var held = new HeldModel(_folder, "slow-load");
        using var caller = new CancellationTokenSource();
        var loading = repository.LoadAsync("slow-load", caller.Token).AsTask();
        await LoadStartedAsync(repository, "slow-load");

        await caller.CancelAsync();
        repository.Dispose();
        held.Release();
        await loading.WaitAsync(Repositories.Guard);

        Assert.Empty(repository.ModelNames);
    }

    [Fact]
    public async Task A_multi_model_server_starts_empty_without_a_folder_and_loads_on_request()
    {
        using var repository = Repositories.MultiModel(_folder.Below("later"));
        Assert.Empty(repository.ModelNames);
        Assert.Empty(await IndexAsync(repository));
        await Assert.ThrowsAsync<ModelNotFoundException>(async () => await repository.LoadAsync("m", CancellationToken.None));

        _folder.Copy("versioned/1", "later/m/model.onnx");
        await repository.LoadAsync("m", CancellationToken.None);

        Assert.Equal(2f, await InferAsync(repository, "m"));
    }

    [Fact]
    public async Task Loads_beyond_the_limit_wait_for_a_load_to_end()
    {
        using var repository = Limited();
        using var held = new HeldModel(_folder, "held-place");
        foreach (var name in new[] { "a", "b" }) _folder.Copy("versioned/1", $"{name}/model.onnx");
        var loading = repository.LoadAsync("held-place", CancellationToken.None).AsTask();
        await LoadStartedAsync(repository, "held-place");
        using var impatient = new CancellationTokenSource();

        var cancelled = repository.LoadAsync("b", impatient.Token).AsTask();
        var waiting = repository.LoadAsync("a", CancellationToken.None).AsTask();
        await impatient.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        // The index reads the folder on a thread of its own, so that a load without a limit would have begun.
        Assert.DoesNotContain(await IndexAsync(repository), entry => entry.Name != "held-place" && entry.State != ModelState.Unavailable);
        held.Release();
        await loading.WaitAsync(Repositories.Guard);
        await waiting.WaitAsync(Repositories.Guard);
        Assert.Equal(["held-place", "a"], repository.ModelNames);
    }

    [Fact]
    public async Task A_load_waits_longer_than_its_time_limit_for_the_place_of_an_abandoned_load()
    {
        using var repository = Limited(timeoutSeconds: 5);
        using var held = new HeldModel(_folder, "held-abandoned");
        _folder.Copy("versioned/1", "a/model.onnx");
        var loading = repository.LoadAsync("held-abandoned", CancellationToken.None).AsTask();

        var waiting = repository.LoadAsync("a", CancellationToken.None).AsTask();

        await Assert.ThrowsAsync<ModelNotReadyException>(() => loading.WaitAsync(Repositories.Guard));
        await waiting.WaitAsync(Repositories.Guard);
        Assert.Equal(["a"], repository.ModelNames);
    }

    [Fact]
    public async Task Callers_that_wait_for_a_load_are_limited()
    {
        using var repository = Limited();
        using var held = new HeldModel(_folder, "held-queue");
        using var callers = new CancellationTokenSource();
        var loading = repository.LoadAsync("held-queue", CancellationToken.None).AsTask();
        Task[] waiting = [.. Enumerable.Range(1, ModelRepository.MaxPendingLoads - 1).Select(_ => repository.LoadAsync("held-queue", callers.Token).AsTask())];

        var error = await Assert.ThrowsAsync<ServerBusyException>(async () => await repository.UnloadAsync("m", CancellationToken.None));

        Assert.Equal("10000 loads and unloads of models run or wait already; try again later.", error.Message);
        await callers.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(waiting));
        await Assert.ThrowsAsync<ModelNotFoundException>(async () => await repository.UnloadAsync("m", CancellationToken.None));
        held.Release();
        await loading.WaitAsync(Repositories.Guard);
    }

    /// <summary>Creates an empty repository that runs one load at a time.</summary>
    private ModelRepository Limited(int timeoutSeconds = 600)
        => Repositories.Load(
            new InferenceOptions { ModelDir = _folder.Path, IntraOpNumThreads = 1, MultiModelServer = true, ModelLoadThreadCount = 1, ModelLoadTimeoutSeconds = timeoutSeconds }, new TestMeters());

    private static async Task<float> InferAsync(ModelRepository repository, string model, string? version = null)
    {
        using var request = Repositories.Floats("x", new(1), 1);
        using var response = await repository.InferAsync(model, version, request, CancellationToken.None);
        return response["y"].Values<float>()[0];
    }

    private static async Task<IReadOnlyList<RepositoryEntry>> IndexAsync(ModelRepository repository) => await repository.IndexAsync(CancellationToken.None);

    private static async Task LoadStartedAsync(ModelRepository repository, string model)
    {
        using var guard = new CancellationTokenSource(Repositories.Guard);
        while (!repository.ModelNames.Contains(model))
        {
            guard.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
