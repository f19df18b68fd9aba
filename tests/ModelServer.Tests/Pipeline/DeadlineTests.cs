using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.V2;
using InferenceServices.ModelServer.Pipeline;

namespace InferenceServices.ModelServer.Tests.Pipeline;

public sealed class DeadlineTests
{
    private static readonly TimeSpan None = Timeout.InfiniteTimeSpan;
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void A_request_without_a_timeout_has_the_servers_limit()
    {
        Assert.Equal(None, Deadline.Of(RequestWith(null), None));
        Assert.Equal(Second, Deadline.Of(RequestWith(null), Second));
        Assert.Equal(Second, Deadline.Of(RequestWith(InferParameter.Of(0L)), Second));
        Assert.Equal(Second, Deadline.Of(new InferRequest { Inputs = [] }, Second));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(999_999, 999_999)]
    [InlineData(1_000_001, 1_000_000)]
    [InlineData(long.MaxValue, 1_000_000)]
    public void A_request_can_shorten_the_servers_limit_but_not_extend_it(long timeout, long allowed)
        => Assert.Equal(TimeSpan.FromMicroseconds(allowed), Deadline.Of(RequestWith(InferParameter.Of(timeout)), Second));

    [Theory]
    [InlineData(86_400_000_000L)]
    [InlineData(4_300_000_000_000L)]
    [InlineData(long.MaxValue / 10)]
    [InlineData(long.MaxValue)]
    public async Task A_request_can_have_any_timeout_if_the_server_has_no_limit(long timeout)
    {
        using var deadline = Deadline.Start(Deadline.Of(RequestWith(InferParameter.Of(timeout)), None), CancellationToken.None);
        Assert.Equal(7, await deadline.EnforceAsync(new ValueTask<int>(7)));
    }

    [Fact]
    public void The_timeout_must_be_an_integer_of_microseconds()
    {
        foreach (var wrong in new[] { InferParameter.Of(-1L), InferParameter.Of("1"), InferParameter.Of(1.5), InferParameter.Of(true) })
        {
            Assert.Equal(
                "parameters.timeout should be a whole number of microseconds, 0 or more",
                Assert.Throws<InvalidInputException>(() => Deadline.Of(RequestWith(wrong), Second)).Message);
        }
    }

    [Fact]
    public async Task An_expired_deadline_cancels_the_request_with_a_timeout_error()
    {
        var exception = await Assert.ThrowsAsync<RequestTimeoutException>(() => RunForeverAsync(TimeSpan.FromMilliseconds(1), CancellationToken.None));

        Assert.Equal("The request timed out after 0.001 s.", exception.Message);
    }

    [Fact]
    public async Task Cancellation_by_the_client_is_not_a_timeout()
        => await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RunForeverAsync(Second * 3_600, new CancellationToken(canceled: true)));

    [Fact]
    public async Task An_error_before_the_deadline_is_unchanged()
    {
        using var deadline = Deadline.Start(Second * 3_600, CancellationToken.None);
        await Assert.ThrowsAsync<InvalidInputException>(() => deadline.EnforceAsync(ValueTask.FromException<int>(new InvalidInputException("x"))).AsTask());
    }

    private static async Task<int> RunForeverAsync(TimeSpan timeout, CancellationToken client)
    {
        using var deadline = Deadline.Start(timeout, client);
        return await deadline.EnforceAsync(WaitAsync(deadline.Token));

        static async ValueTask<int> WaitAsync(CancellationToken token)
        {
            await Task.Delay(Timeout.Infinite, token);
            return 0;
        }
    }

    private static InferRequest RequestWith(InferParameter? timeout)
        => new() { Inputs = [], Parameters = timeout is { } value ? new Dictionary<string, InferParameter> { ["timeout"] = value } : [] };
}
