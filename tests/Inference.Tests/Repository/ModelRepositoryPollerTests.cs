using InferenceServices.Contracts.V2;
using InferenceServices.Inference.Repository;
using InferenceServices.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace InferenceServices.Inference.Tests.Repository;

/// <summary>Polls a folder that changes between polls. The clock does not advance: each test calls the polls.</summary>
public sealed class ModelRepositoryPollerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_replaced_file_is_loaded_at_the_second_poll_with_the_same_result()
    {
        _folder.Copy("versioned/1", "m/model.onnx");
        using var repository = Repositories.At(_folder.Path);
        using var watch = await WatchAsync(repository);
        await watch.PollAsync(default);

        Replace("versioned/2", "m/model.onnx");
        await watch.PollAsync(default);
        Assert.Equal(1, await AddedAsync(repository));
        await watch.PollAsync(default);

        Assert.Equal(2, await AddedAsync(repository));
    }

    [Fact]
    public async Task A_growing_file_is_not_loaded_until_it_is_stable()
    {
        _folder.Copy("versioned/1", "m/model.onnx");
        using var repository = Repositories.At(_folder.Path);
        using var watch = await WatchAsync(repository);
        var bytes = await File.ReadAllBytesAsync(Path.Combine(TestModels.PathOf("versioned/2"), "model.onnx"));

        for (var length = 1; length <= bytes.Length; length += 20)
        {
            await File.WriteAllBytesAsync(_folder.Below("m/model.onnx"), bytes[..length]);
            await watch.PollAsync(default);
            Assert.Equal(1, await AddedAsync(repository));
        }
        await File.WriteAllBytesAsync(_folder.Below("m/model.onnx"), bytes);
        await watch.PollAsync(default);
        await watch.PollAsync(default);

        Assert.Equal(2, await AddedAsync(repository));
        Assert.Equal("", (await EntryAsync(repository)).Reason);
    }

    [Fact]
    public async Task After_a_corrupt_file_the_old_model_serves_and_the_index_has_the_reason()
    {
        _folder.Copy("versioned/1", "m/model.onnx");
        using var repository = Repositories.At(_folder.Path);
        using var watch = await WatchAsync(repository);

        _folder.Write("m/model.onnx", "This is not a model.");
        await watch.PollAsync(default);
        await watch.PollAsync(default);
        Assert.Equal(1, await AddedAsync(repository));
        var broken = await EntryAsync(repository);
        Assert.Equal(ModelState.Ready, broken.State);
        Assert.Contains("cannot be loaded", broken.Reason, StringComparison.Ordinal);

        Replace("versioned/2", "m/model.onnx");
        await watch.PollAsync(default);
        await watch.PollAsync(default);
        Assert.Equal(2, await AddedAsync(repository));
        Assert.Equal("", (await EntryAsync(repository)).Reason);
    }

    [Fact]
    public async Task A_directory_that_cannot_be_read_does_not_unload_its_models()
    {
        _folder.Copy("versioned/1", "models/m/model.onnx");
        using var repository = Repositories.At(_folder.Below("models"));
        using var watch = await WatchAsync(repository, _folder.Below("models"));

        // As while a volume is mounted again; also at the first polls.
        Directory.Move(_folder.Below("models"), _folder.Below("elsewhere"));
        for (var poll = 0; poll < 3; poll++) await watch.PollAsync(default);
        Assert.Equal(1, await AddedAsync(repository));

        Directory.Move(_folder.Below("elsewhere"), _folder.Below("models"));
        Replace("versioned/2", "models/m/model.onnx");
        for (var poll = 0; poll < 2; poll++) await watch.PollAsync(default);
        Assert.Equal(2, await AddedAsync(repository));
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_does_not_stop_reloads_of_other_models()
    {
        _folder.Copy("versioned/1", "m/model.onnx");
        _folder.Copy("versioned/1", "other/model.onnx");
        File.CreateSymbolicLink(_folder.Below("other/labels.txt"), "labels.txt");
        File.CreateSymbolicLink(_folder.Below("other/weights.bin"), "/no/such/file");
        using var repository = Repositories.At(_folder.Path);
        using var watch = await WatchAsync(repository);

        Replace("versioned/2", "m/model.onnx");
        for (var poll = 0; poll < 2; poll++) await watch.PollAsync(default);

        Assert.Equal(2, await AddedAsync(repository));
    }

    [Fact]
    public async Task Nothing_is_loaded_when_nothing_changes()
    {
        _folder.Copy("versioned/1", "m/model.onnx");
        using var repository = Repositories.At(_folder.Path);
        using var watch = await WatchAsync(repository);
        _ = await AddedAsync(repository);

        for (var i = 0; i < 5; i++) await watch.PollAsync(default);

        // A reload resets the statistics.
        Assert.Equal(1, repository.GetStatistics("m", null).Single().Success.Count);
    }

    [Fact]
    public async Task New_models_are_loaded_and_deleted_models_are_unloaded()
    {
        _folder.Copy("versioned/1", "m/model.onnx");
        using var repository = Repositories.At(_folder.Path);
        using var watch = await WatchAsync(repository);

        _folder.Copy("free", "n/model.onnx");
        await watch.PollAsync(default);
        await watch.PollAsync(default);
        Assert.Equal(["m", "n"], repository.ModelNames);

        Directory.Delete(_folder.Below("m"), recursive: true);
        await watch.PollAsync(default);
        Assert.Equal(["m", "n"], repository.ModelNames);
        await watch.PollAsync(default);
        Assert.Equal(["n"], repository.ModelNames);
    }

    [Fact]
    public async Task A_changed_symbolic_link_is_a_change()
    {
        // Kubernetes replaces the files of a volume in this way.
        _folder.Copy("versioned/1", "one/model.onnx");
        _folder.Copy("versioned/2", "two/model.onnx");
        File.SetLastWriteTimeUtc(_folder.Below("one/model.onnx"), DateTime.UnixEpoch);
        File.SetLastWriteTimeUtc(_folder.Below("two/model.onnx"), DateTime.UnixEpoch.AddSeconds(1));
        Directory.CreateDirectory(_folder.Below("models/m"));
        Directory.CreateSymbolicLink(_folder.Below("models/m/..data"), _folder.Below("one"));
        File.CreateSymbolicLink(_folder.Below("models/m/model.onnx"), Path.Combine("..data", "model.onnx"));
        using var repository = Repositories.At(_folder.Below("models"));
        using var watch = await WatchAsync(repository, _folder.Below("models"));
        Assert.Equal(1, await AddedAsync(repository));

        Directory.Delete(_folder.Below("models/m/..data"));
        Directory.CreateSymbolicLink(_folder.Below("models/m/..data"), _folder.Below("two"));
        await watch.PollAsync(default);
        await watch.PollAsync(default);

        Assert.Equal(2, await AddedAsync(repository));
    }

    [Fact]
    public async Task An_unexpected_error_does_not_end_the_polls()
    {
        _folder.Copy("versioned/1", "models/m/model.onnx");
        using var repository = Repositories.At(_folder.Below("models"));
        var failures = 0;
        // The first failed poll fails once more, outside of what a poll handles.
        var log = new RecordedLog<ModelRepositoryPoller>(_ =>
        {
            if (Interlocked.Increment(ref failures) == 1) throw new InvalidTimeZoneException("unexpected");
        });
        var time = new FakeTimeProvider();
        var options = new InferenceOptions { ModelDir = _folder.Below("models"), RepositoryPollSecs = 1 };
        using var watch = new ModelRepositoryPoller(repository, repository, Options.Create(options), time, log);
        await watch.StartAsync(default);

        Directory.Move(_folder.Below("models"), _folder.Below("elsewhere"));
        await PollUntilAsync(() => Volatile.Read(ref failures) >= 2);
        Directory.Move(_folder.Below("elsewhere"), _folder.Below("models"));
        Replace("versioned/2", "models/m/model.onnx");
        await PollUntilAsync(() => AddedAsync(repository).GetAwaiter().GetResult() == 2);

        Assert.Contains(log.Lines, line => line.EndsWith("could not be polled: unexpected", StringComparison.Ordinal));
        await watch.StopAsync(default).WaitAsync(Repositories.Guard);

        async Task PollUntilAsync(Func<bool> condition)
        {
            using var guard = new CancellationTokenSource(Repositories.Guard);
            while (!condition())
            {
                guard.Token.ThrowIfCancellationRequested();
                time.Advance(TimeSpan.FromSeconds(1));
                await Task.Delay(1, guard.Token);
            }
        }
    }

    private async Task<ModelRepositoryPoller> WatchAsync(ModelRepository repository, string? path = null)
    {
        var options = new InferenceOptions { ModelDir = path ?? _folder.Path, RepositoryPollSecs = 1 };
        var watch = new ModelRepositoryPoller(repository, repository, Options.Create(options), new StandingClock(), NullLogger<ModelRepositoryPoller>.Instance);
        await watch.StartAsync(default);
        return watch;
    }

    // Atomic replacement: the new file is complete before it gets the old name.
    private void Replace(string model, string relative)
    {
        _folder.Copy(model, relative + ".next");
        // A copy has the modification time of its source, which may be the same for all files.
        File.SetLastWriteTimeUtc(_folder.Below(relative + ".next"), DateTime.UtcNow);
        File.Move(_folder.Below(relative + ".next"), _folder.Below(relative), overwrite: true);
    }

    private static async Task<float> AddedAsync(ModelRepository repository)
    {
        using var request = Repositories.Floats("x", new(1), 0);
        using var response = await repository.InferAsync("m", null, request, CancellationToken.None);
        return response["y"].Values<float>()[0];
    }

    private static async Task<RepositoryEntry> EntryAsync(ModelRepository repository) => Assert.Single(await repository.IndexAsync(CancellationToken.None));

    private sealed class StandingClock : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
            => System.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }
}
