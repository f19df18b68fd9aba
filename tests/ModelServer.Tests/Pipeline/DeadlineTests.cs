using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.V2;
using InferenceServices.ModelServer.Pipeline;

namespace InferenceServices.ModelServer.Tests.Pipeline;

public sealed class DeadlineTests
{
    private static readonly TimeSpan None = Timeout.InfiniteTimeSpan;
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void A_request_that_asks_for_nothing_gets_what_the_server_allows()
    {
        Assert.Equal(None, Deadline.Of(Asking(null), None));
        Assert.Equal(Second, Deadline.Of(Asking(null), Second));
        Assert.Equal(Second, Deadline.Of(Asking(InferParameter.Of(0L)), Second));
        Assert.Equal(Second, Deadline.Of(new InferRequest { Inputs = [] }, Second));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(999_999, 999_999)]
    [InlineData(1_000_001, 1_000_000)]
    [InlineData(long.MaxValue, 1_000_000)]
    public void A_request_may_ask_for_less_time_but_not_for_more(long asked, long allowed)
        => Assert.Equal(TimeSpan.FromMicroseconds(allowed), Deadline.Of(Asking(InferParameter.Of(asked)), Second));

    [Theory]
    [InlineData(86_400_000_000L)]
    [InlineData(4_300_000_000_000L)]
    [InlineData(long.MaxValue / 10)]
    [InlineData(long.MaxValue)]
    public async Task Any_time_can_be_asked_for_where_the_server_sets_none(long asked)
    {
        using var deadline = Deadline.Start(Deadline.Of(Asking(InferParameter.Of(asked)), None), CancellationToken.None);
        Assert.Equal(7, await deadline.EnforceAsync(new ValueTask<int>(7)));
    }

    [Fact]
    public void A_time_is_a_whole_number_of_microseconds()
    {
        foreach (var wrong in new[] { InferParameter.Of(-1L), InferParameter.Of("1"), InferParameter.Of(1.5), InferParameter.Of(true) })
        {
            Assert.Equal(
                "parameters.timeout should be a whole number of microseconds, 0 or more",
                Assert.Throws<InvalidInputException>(() => Deadline.Of(Asking(wrong), Second)).Message);
        }
    }

    [Fact]
    public async Task What_takes_longer_is_cancelled_and_refused()
    {
        var refusal = await Assert.ThrowsAsync<RequestTimeoutException>(() => RunForeverAsync(TimeSpan.FromMilliseconds(1), CancellationToken.None));

        Assert.Equal("The request was not answered within 0.001 s and was given up.", refusal.Message);
    }

    [Fact]
    public async Task A_caller_who_leaves_is_not_told_that_it_took_long()
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

    private static InferRequest Asking(InferParameter? timeout)
        => new() { Inputs = [], Parameters = timeout is { } given ? new Dictionary<string, InferParameter> { ["timeout"] = given } : [] };
}
