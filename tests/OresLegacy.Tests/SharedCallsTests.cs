using InferenceServices.OresLegacy.LiftWing;

namespace InferenceServices.OresLegacy.Tests;

public sealed class SharedCallsTests
{
    private readonly TaskCompletionSource<int> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _cancelled = new();
    private readonly SharedCalls<string, int> _calls;
    private int _runs;

    public SharedCallsTests() => _calls = new SharedCalls<string, int>((_, cancellationToken) =>
    {
        Interlocked.Increment(ref _runs);
        cancellationToken.Register(_cancelled.SetResult);
        return _result.Task.WaitAsync(cancellationToken);
    });

    [Fact]
    public async Task Callers_of_a_running_call_share_it()
    {
        var (first, second) = (_calls.GetAsync("a", CancellationToken.None), _calls.GetAsync("a", CancellationToken.None));
        _result.SetResult(7);

        Assert.Equal((7, 7), (await first, await second));
        Assert.Equal(1, _runs);
    }

    [Fact]
    public async Task A_call_that_has_ended_is_made_again()
    {
        _result.SetResult(7);

        await _calls.GetAsync("a", CancellationToken.None);
        await _calls.GetAsync("a", CancellationToken.None);

        Assert.Equal(2, _runs);
    }

    [Fact]
    public async Task Other_calls_are_not_shared()
    {
        _result.SetResult(7);

        await Task.WhenAll(_calls.GetAsync("a", CancellationToken.None), _calls.GetAsync("b", CancellationToken.None));

        Assert.Equal(2, _runs);
    }

    [Fact]
    public async Task A_caller_who_leaves_does_not_end_the_call_of_others()
    {
        using var leave = new CancellationTokenSource();
        var (stays, leaves) = (_calls.GetAsync("a", CancellationToken.None), _calls.GetAsync("a", leave.Token));

        await leave.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaves);
        Assert.False(_cancelled.Task.IsCompleted);
        _result.SetResult(7);
        Assert.Equal(7, await stays);
    }

    [Fact]
    public async Task The_last_caller_who_leaves_ends_the_call_and_the_next_makes_a_new_one()
    {
        using var leave = new CancellationTokenSource();
        var leaves = _calls.GetAsync("a", leave.Token);
        while (Volatile.Read(ref _runs) == 0) await Task.Yield();

        await leave.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaves);
        await _cancelled.Task;
        _result.SetResult(8);
        Assert.Equal(8, await _calls.GetAsync("a", CancellationToken.None));
        Assert.Equal(2, _runs);
    }

    [Fact]
    public async Task All_callers_get_the_exception_of_a_call()
    {
        var (first, second) = (_calls.GetAsync("a", CancellationToken.None), _calls.GetAsync("a", CancellationToken.None));
        _result.SetException(new InvalidOperationException("x"));

        await Assert.ThrowsAsync<InvalidOperationException>(() => first);
        await Assert.ThrowsAsync<InvalidOperationException>(() => second);
    }
}
