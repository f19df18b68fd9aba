using InferenceServices.Inference.Execution;

namespace InferenceServices.Inference.Tests.Execution;

public sealed class ArenaUsersTests
{
    private readonly ArenaUsers _users = new();

    [Fact]
    public void Without_users_there_is_nothing_to_wait_for()
    {
        _users.Remove(_users.Add());

        Assert.False(_users.WaitForOthers(static () => false));
    }

    [Fact]
    public async Task The_wait_ends_when_all_users_of_its_start_have_ended()
    {
        var (first, second) = (_users.Add(), _users.Add());
        var (waiting, polled) = Wait(() => false);
        await polled;
        var later = _users.Add();

        _users.Remove(second);
        Assert.False(waiting.IsCompleted);
        _users.Remove(first);

        Assert.True(await waiting.WaitAsync(TimeSpan.FromSeconds(60)));
        _users.Remove(later);
    }

    [Fact]
    public async Task A_cancellation_ends_the_wait()
    {
        var user = _users.Add();
        var isCancelled = false;
        var (waiting, polled) = Wait(() => Volatile.Read(ref isCancelled));
        await polled;

        Volatile.Write(ref isCancelled, true);

        Assert.False(await waiting.WaitAsync(TimeSpan.FromSeconds(60)));
        _users.Remove(user);
    }

    private (Task<bool> Waiting, Task Polled) Wait(Func<bool> isCancelled)
    {
        var polled = new TaskCompletionSource();
        var waiting = Task.Run(() => _users.WaitForOthers(() =>
        {
            polled.TrySetResult();
            return isCancelled();
        }));
        return (waiting, polled.Task);
    }
}
