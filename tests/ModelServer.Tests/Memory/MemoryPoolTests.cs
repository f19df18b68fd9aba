using InferenceServices.Contracts.Errors;
using InferenceServices.ModelServer.Memory;

namespace InferenceServices.ModelServer.Tests.Memory;

public sealed class MemoryPoolTests
{
    [Fact]
    public void One_request_can_hold_half_of_the_pool_and_more_is_413()
    {
        var pool = new MemoryPool("request bodies") { LimitBytes = 1_000 };

        pool.Reserve(500, held: 0);
        var exception = Assert.Throws<PayloadTooLargeException>(() => pool.Reserve(1, held: 500));

        Assert.Equal(
            "The request needs about 501 bytes of memory for request bodies, more than the 500 bytes for one request (a share of --request_memory_limit); send a smaller request.",
            exception.Message);
        Assert.Equal(500, pool.UsedBytes);
    }

    [Fact]
    public void Several_requests_share_the_pool_and_a_small_request_still_fits()
    {
        var pool = new MemoryPool("request bodies") { LimitBytes = 1_000 };
        pool.Reserve(400, held: 0);
        pool.Reserve(300, held: 0);

        var exception = Assert.Throws<ServerBusyException>(() => pool.Reserve(200, held: 0));
        pool.Reserve(100, held: 0);

        Assert.Equal(
            "The requests in progress use nearly all of the 1000 bytes of memory for request bodies (a share of --request_memory_limit); try again later or send a smaller request.",
            exception.Message);
        Assert.Equal(800, pool.UsedBytes);
    }

    [Fact]
    public void Released_memory_can_be_reserved_again()
    {
        var pool = new MemoryPool("request bodies") { LimitBytes = 1_000 };
        for (var turn = 0; turn < 10; turn++)
        {
            pool.Reserve(500, held: 0);
            pool.Release(500);
        }

        Assert.Equal(0, pool.UsedBytes);
    }
}
