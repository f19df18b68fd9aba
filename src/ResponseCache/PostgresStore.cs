using InferenceServices.Http;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using Polly;
using Polly.CircuitBreaker;

namespace InferenceServices.ResponseCache;

/// <summary>
/// A table in PostgreSQL that replicas share. A database error is a cache miss and does not fail a request. A database that fails or hangs is not used for
/// some time, so that requests do not wait for its timeout.
/// </summary>
internal sealed class PostgresStore : IDistributedCache, IAsyncDisposable
{
    // Number of writes between deletions of expired entries.
    private const int WritesPerSweep = 1_000;

    private const int BreakerCalls = 4;
    private static readonly TimeSpan BreakDuration = TimeSpan.FromSeconds(30);

    // About the time that a new computation takes.
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(1);

    private const string Create = """
        CREATE TABLE IF NOT EXISTS prediction_cache (key text PRIMARY KEY, value bytea NOT NULL, expires timestamptz NOT NULL);
        CREATE INDEX IF NOT EXISTS prediction_cache_expires ON prediction_cache (expires)
        """;

    private readonly NpgsqlDataSource _database;
    private readonly TimeProvider _time;
    private readonly ResiliencePipeline _calls;
    private readonly SemaphoreSlim _creating = new(1, 1);
    private volatile bool _created;
    private int _writes;

    public PostgresStore(IOptions<ResponseCacheOptions> options, TimeProvider time, ILogger<PostgresStore> logger)
    {
        // Seconds; after a timeout, the driver does not wait for the server to confirm the cancellation (milliseconds).
        var connection = new NpgsqlConnectionStringBuilder(options.Value.Postgres) { CommandTimeout = 1, Timeout = 1, CancellationTimeout = -1, ApplicationName = "inference-services" };
        _database = NpgsqlDataSource.Create(connection);
        _time = time;
        _calls = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddCircuitBreaker(CircuitBreaker.CreateOptions(
                BreakerCalls,
                BreakDuration,
                new CircuitBreakerStateProvider(),
                static outcome => outcome.Exception is not null,
                duration => Log.CircuitOpened(logger, duration.TotalSeconds),
                () => Log.CircuitClosed(logger)))
            .AddTimeout(CallTimeout)
            .Build();
    }

    public Task<byte[]?> GetAsync(string key, CancellationToken token = default) => CallAsync(call => ReadAsync(key, call), token);

    public Task SetAsync(string key, byte[] value, DistributedCacheEntryOptions options, CancellationToken token = default)
        => CallAsync(call => WriteAsync(key, value, options, call), token);

    public Task RemoveAsync(string key, CancellationToken token = default) => CallAsync(call => DeleteAsync(key, call), token);

    // While the circuit is open, nothing is found and nothing is stored.
    private async Task<byte[]?> CallAsync(Func<CancellationToken, Task<byte[]?>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await _calls.ExecuteAsync(async token => await call(token), cancellationToken);
        }
        catch (BrokenCircuitException)
        {
            return null;
        }
    }

    private async Task<byte[]?> ReadAsync(string key, CancellationToken token)
    {
        await using var command = await CommandAsync("SELECT value FROM prediction_cache WHERE key = $1 AND expires > $2", token);
        command.Parameters.AddWithValue(key);
        command.Parameters.AddWithValue(_time.GetUtcNow());
        return await command.ExecuteScalarAsync(token) as byte[];
    }

    private async Task<byte[]?> WriteAsync(string key, byte[] value, DistributedCacheEntryOptions options, CancellationToken token)
    {
        await using var command = await CommandAsync(
            "INSERT INTO prediction_cache VALUES ($1, $2, $3) ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires = excluded.expires", token);
        command.Parameters.AddWithValue(key);
        command.Parameters.AddWithValue(value);
        command.Parameters.AddWithValue(options.AbsoluteExpiration ?? _time.GetUtcNow() + options.AbsoluteExpirationRelativeToNow!.Value);
        await command.ExecuteNonQueryAsync(token);
        if (Interlocked.Increment(ref _writes) % WritesPerSweep == 0) await SweepAsync(token);
        return null;
    }

    private async Task<byte[]?> DeleteAsync(string key, CancellationToken token)
    {
        await using var command = await CommandAsync("DELETE FROM prediction_cache WHERE key = $1", token);
        command.Parameters.AddWithValue(key);
        await command.ExecuteNonQueryAsync(token);
        return null;
    }

    /// <summary>Has no effect: the lifetime of an entry starts at its creation.</summary>
    public Task RefreshAsync(string key, CancellationToken token = default) => Task.CompletedTask;

    public byte[]? Get(string key) => throw NotAsked();

    public void Set(string key, byte[] value, DistributedCacheEntryOptions options) => throw NotAsked();

    public void Refresh(string key) => throw NotAsked();

    public void Remove(string key) => throw NotAsked();

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        _creating.Dispose();
    }

    private static NotSupportedException NotAsked() => new("No thread waits for the database.");

    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        await using var command = await CommandAsync("DELETE FROM prediction_cache WHERE expires <= $1", cancellationToken);
        command.Parameters.AddWithValue(_time.GetUtcNow());
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async ValueTask<NpgsqlCommand> CommandAsync(string sql, CancellationToken cancellationToken)
    {
        if (!_created) await CreateAsync(cancellationToken);
        return _database.CreateCommand(sql);
    }

    private async Task CreateAsync(CancellationToken cancellationToken)
    {
        await _creating.WaitAsync(cancellationToken);
        try
        {
            if (_created) return;
            await using var command = _database.CreateCommand(Create);
            await command.ExecuteNonQueryAsync(cancellationToken);
            _created = true;
        }
        finally
        {
            _creating.Release();
        }
    }
}
