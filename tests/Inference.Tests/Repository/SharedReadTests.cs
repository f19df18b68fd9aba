using System.Threading.Channels;
using InferenceServices.Inference.Repository;

namespace InferenceServices.Inference.Tests.Repository;

public sealed class SharedReadTests
{
    private readonly Channel<TaskCompletionSource<int>> _started = Channel.CreateUnbounded<TaskCompletionSource<int>>();
    private readonly SharedRead<int> _shared;

    public SharedReadTests() => _shared = new(() =>
    {
        var read = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        _started.Writer.TryWrite(read);
        return read.Task;
    });

    [Fact]
    public async Task Callers_during_a_read_share_the_next_read()
    {
        var first = _shared.ReadAsync();
        var second = _shared.ReadAsync();
        var third = _shared.ReadAsync();

        (await StartedAsync()).SetResult(1);
        (await StartedAsync()).SetResult(2);

        Assert.Equal((1, 2, 2), (await first, await second, await third));
        Assert.False(_started.Reader.TryRead(out _));
    }

    [Fact]
    public async Task A_failed_read_fails_its_own_callers_only()
    {
        var first = _shared.ReadAsync();
        var second = _shared.ReadAsync();

        (await StartedAsync()).SetException(new IOException());
        (await StartedAsync()).SetResult(2);

        await Assert.ThrowsAsync<IOException>(() => first);
        Assert.Equal(2, await second);
    }

    [Fact]
    public async Task A_caller_after_a_read_starts_another()
    {
        var first = _shared.ReadAsync();
        (await StartedAsync()).SetResult(1);
        await first;

        var second = _shared.ReadAsync();
        (await StartedAsync()).SetResult(2);

        Assert.Equal(2, await second);
    }

    [Fact]
    public async Task A_caller_during_a_shared_read_does_not_get_its_result()
    {
        _ = _shared.ReadAsync();
        var second = _shared.ReadAsync();
        (await StartedAsync()).SetResult(1);
        var shared = await StartedAsync();

        var third = _shared.ReadAsync();
        shared.SetResult(2);
        (await StartedAsync()).SetResult(3);

        Assert.Equal((2, 3), (await second, await third));
    }

    private ValueTask<TaskCompletionSource<int>> StartedAsync() => _started.Reader.ReadAsync(TestContext.Current.CancellationToken);
}
