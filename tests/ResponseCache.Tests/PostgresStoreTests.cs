using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace InferenceServices.ResponseCache.Tests;

public sealed class PostgresStoreTests
{
    /// <summary>The server accepts connections and never sends a byte.</summary>
    [Fact]
    public async Task A_database_that_hangs_is_not_used_for_some_time()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var time = new FakeTimeProvider();
        var options = new ResponseCacheOptions { Postgres = $"Host=127.0.0.1;Port={((IPEndPoint)server.LocalEndpoint).Port};Username=u;Database=d" };
        await using var store = new PostgresStore(Options.Create(options), time, NullLogger<PostgresStore>.Instance);

        for (var call = 0; call < 4; call++)
        {
            var read = store.GetAsync("key", TestContext.Current.CancellationToken);
            // The timer of the call runs; less time than until the circuit closes.
            time.Advance(TimeSpan.FromSeconds(1));
            await Assert.ThrowsAnyAsync<Exception>(() => read);
        }

        Assert.Null(await store.GetAsync("key", TestContext.Current.CancellationToken));
        await store.SetAsync("key", [1], new DistributedCacheEntryOptions { AbsoluteExpirationRelativeToNow = TimeSpan.FromHours(1) }, TestContext.Current.CancellationToken);
    }
}
