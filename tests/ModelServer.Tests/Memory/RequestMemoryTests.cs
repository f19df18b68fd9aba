using InferenceServices.Contracts.Errors;

namespace InferenceServices.ModelServer.Tests.Memory;

public sealed class RequestMemoryTests
{
    [Fact]
    public void Requests_over_the_limit_are_429_until_one_ends()
    {
        var memory = Memories.Of(requests: 1);

        for (var turn = 0; turn < 3; turn++)
        {
            using var first = memory.Admit();
            var exception = Assert.Throws<ServerBusyException>(memory.Admit);
            Assert.Equal("The server has 1 requests in progress already; try again later.", exception.Message);
        }
    }

    [Fact]
    public void A_reservation_releases_body_work_and_answer()
    {
        var memory = Memories.Of(bytes: 1_000_000);

        using (var reservation = memory.Admit())
        {
            reservation.ReserveBody(10_000);
            reservation.ReserveBody(20_000);
            reservation.ReleaseBody(10_000);
            reservation.ReserveWork(40_000);
            reservation.Reserve(90_000);
            Assert.Equal((20_000, 110_000), (memory.Bodies.UsedBytes, memory.Work.UsedBytes));
        }

        Assert.Equal((0, 0), (memory.Bodies.UsedBytes, memory.Work.UsedBytes));
    }

    [Fact]
    public void An_answer_within_half_of_the_estimate_needs_no_more_memory()
    {
        var memory = Memories.Of(bytes: 1_000_000);
        using var reservation = memory.Admit();
        reservation.ReserveWork(100_000);

        for (var growth = 0; growth < 10; growth++)
        {
            reservation.Reserve(50_000);
            reservation.Release(50_000);
        }

        Assert.Equal(100_000, memory.Work.UsedBytes);
    }

    [Fact]
    public void A_rejected_reservation_leaves_the_account_unchanged()
    {
        var memory = Memories.Of(bytes: 1_000_000);

        using (var reservation = memory.Admit()) Assert.Throws<PayloadTooLargeException>(() => reservation.ReserveWork(1_000_000));

        Assert.Equal((0, 0), (memory.Bodies.UsedBytes, memory.Work.UsedBytes));
        Assert.True(memory.IsIdle);
    }

    [Fact]
    public void A_pooled_reservation_starts_empty()
    {
        var memory = Memories.Of(bytes: 1_000_000);
        using (var first = memory.Admit()) first.Reserve(100_000);

        using var second = memory.Admit();

        Assert.False(second.HasLargeAnswer);
    }
}
