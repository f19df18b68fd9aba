namespace InferenceServices.Http.Tests;

public sealed class RetryBudgetTests
{
    [Fact]
    public void Ten_retries_are_available_at_first_and_then_one_per_five_requests()
    {
        var budget = new RetryBudget();

        Assert.Equal(10, Acquired(budget));
        for (var i = 0; i < 4; i++) budget.RecordRequest();
        Assert.Equal(0, Acquired(budget));
        budget.RecordRequest();
        Assert.Equal(1, Acquired(budget));
    }

    [Fact]
    public void Requests_save_up_ten_retries_at_most()
    {
        var budget = new RetryBudget();
        for (var i = 0; i < 1_000; i++) budget.RecordRequest();

        Assert.Equal(10, Acquired(budget));
    }

    private static int Acquired(RetryBudget budget)
    {
        var retries = 0;
        while (budget.TryAcquireRetry()) retries++;
        return retries;
    }
}
