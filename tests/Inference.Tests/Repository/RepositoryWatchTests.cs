using InferenceServices.Contracts.V2;
using InferenceServices.Inference.Repository;
using InferenceServices.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace InferenceServices.Inference.Tests.Repository;

/// <summary>Looks at a folder that changes between them. The clock stands still: a test says when a look is.</summary>
public sealed class RepositoryWatchTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_file_that_was_replaced_is_loaded_at_the_second_look_that_finds_it_so()
    {
        _folder.Copy("versioned/1", "m/model.onnx");
        using var repository = Repositories.At(_folder.Path);
        using var watch = await WatchAsync(repository);
        await watch.LookAsync(default);

        Replace("versioned/2", "m/model.onnx");
        await watch.LookAsync(default);
        Assert.Equal(1, await AddedAsync(repository));
        await watch.LookAsync(default);

        Assert.Equal(2, await AddedAsync(repository));
    }

    [Fact]
    public async Task A_file_that_still_grows_is_left_alone_until_it_has_stopped()
    {
        _folder.Copy("versioned/1", "m/model.onnx");
        using var repository = Repositories.At(_folder.Path);
        using var watch = await WatchAsync(repository);
        var bytes = await File.ReadAllBytesAsync(Path.Combine(TestModels.PathOf("versioned/2"), "model.onnx"));

        for (var length = 1; length <= bytes.Length; length += 20)
        {
            await File.WriteAllBytesAsync(_folder.Below("m/model.onnx"), bytes[..length]);
            await watch.LookAsync(default);
            Assert.Equal(1, await AddedAsync(repository));
        }
        await File.WriteAllBytesAsync(_folder.Below("m/model.onnx"), bytes);
        await watch.LookAsync(default);
        await watch.LookAsync(default);

        Assert.Equal(2, await AddedAsync(repository));
        Assert.Equal("", (await EntryAsync(repository)).Reason);
    }

    [Fact]
    public async Task A_broken_file_leaves_the_old_model_serving_and_the_index_says_why_until_the_next_good_one()
    {
        _folder.Copy("versioned/1", "m/model.onnx");
        using var repository = Repositories.At(_folder.Path);
        using var watch = await WatchAsync(repository);

        _folder.Write("m/model.onnx", "This is no model.");
        await watch.LookAsync(default);
        await watch.LookAsync(default);
        Assert.Equal(1, await AddedAsync(repository));
        var broken = await EntryAsync(repository);
        Assert.Equal(ModelState.Ready, broken.State);
        Assert.Contains("cannot be loaded", broken.Reason, StringComparison.Ordinal);

        Replace("versioned/2", "m/model.onnx");
        await watch.LookAsync(default);
        await watch.LookAsync(default);
        Assert.Equal(2, await AddedAsync(repository));
        Assert.Equal("", (await EntryAsync(repository)).Reason);
    }

    [Fact]
    public async Task Nothing_is_loaded_when_nothing_changes()
    {
        _folder.Copy("versioned/1", "m/model.onnx");
        using var repository = Repositories.At(_folder.Path);
        using var watch = await WatchAsync(repository);
        _ = await AddedAsync(repository);

        for (var i = 0; i < 5; i++) await watch.LookAsync(default);

        // A load begins the counts anew.
        Assert.Equal(1, repository.GetStatistics("m", null).Single().Success.Count);
    }

    [Fact]
    public async Task Models_that_come_are_loaded_and_models_that_go_are_unloaded()
    {
        _folder.Copy("versioned/1", "m/model.onnx");
        using var repository = Repositories.At(_folder.Path);
        using var watch = await WatchAsync(repository);

        _folder.Copy("free", "n/model.onnx");
        await watch.LookAsync(default);
        await watch.LookAsync(default);
        Assert.Equal(["m", "n"], repository.ModelNames);

        Directory.Delete(_folder.Below("m"), recursive: true);
        await watch.LookAsync(default);
        Assert.Equal(["m", "n"], repository.ModelNames);
        await watch.LookAsync(default);
        Assert.Equal(["n"], repository.ModelNames);
    }

    [Fact]
    public async Task A_link_that_is_set_to_another_folder_is_a_change()
    {
        // As Kubernetes swaps the files of a volume.
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
        await watch.LookAsync(default);
        await watch.LookAsync(default);

        Assert.Equal(2, await AddedAsync(repository));
    }

    private async Task<RepositoryWatch> WatchAsync(ModelRepository repository, string? path = null)
    {
        var options = new InferenceOptions { ModelDir = path ?? _folder.Path, RepositoryPollSecs = 1 };
        var watch = new RepositoryWatch(repository, repository, Options.Create(options), new StandingClock(), NullLogger<RepositoryWatch>.Instance);
        await watch.StartAsync(default);
        return watch;
    }

    // As it should be done: the new file is complete before it takes the old one's name.
    private void Replace(string model, string relative)
    {
        _folder.Copy(model, relative + ".next");
        // As whoever wrote it anew would have it; a copy has the time of what it is copied from, which may be that of all files.
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
