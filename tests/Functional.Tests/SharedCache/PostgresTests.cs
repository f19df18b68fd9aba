using InferenceServices.Functional.Tests.OutlinkTopic;
using InferenceServices.Functional.Tests.Servers;
using InferenceServices.Functional.Tests.Wiki;
using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.SharedCache;

/// <summary>Replicas that share responses in PostgreSQL.</summary>
[Collection(OutlinkTopicShared.Name)]
public sealed class PostgresTests(OutlinkTopicServers servers)
{
    private const string PostgresMissing = "PostgreSQL is absent: run tests/Postgres/ensure; or " + TestData.WikiAndOutlinkTopicModelMissing;
    private const string Predict = "/v1/models/outlink-topic-model:predict";
    private const string Revision = """{"lang":"en","page_id":32,"revision_id":100033}""";

    public static bool HasPostgres => Directory.Exists("/usr/lib/postgresql") && TestData.HasWikiAndOutlinkTopicModel;

    [Fact(Skip = PostgresMissing, SkipUnless = nameof(HasPostgres))]
    public async Task A_replica_uses_the_response_that_another_replica_cached()
    {
        await using var postgres = await TestPostgres.StartAsync();
        await using var proxy = await WikiProxy.StartAsync(servers.Wiki.Url);
        await using var one = await OutlinkTopicServers.StartAsync(proxy, $"--prediction_cache_postgres={postgres.ConnectionString}");
        await using var other = await OutlinkTopicServers.StartAsync(proxy, $"--prediction_cache_postgres={postgres.ConnectionString}");

        var first = await one.PostAsync(Predict, Revision);
        var calls = proxy.Calls.Count;
        // The response is stored after it is sent.
        var second = await UntilHitAsync(other);

        Assert.Equal("miss", first.Headers.GetValues("x-cache").Single());
        Assert.Equal(first.AssertOk().Body, second.AssertOk().Body);
        Assert.NotNull(second.Headers.Age);
        Assert.True(proxy.Calls.Count <= 2 * calls);
    }

    [Fact(Skip = PostgresMissing, SkipUnless = nameof(HasPostgres))]
    public async Task An_unavailable_database_does_not_fail_requests()
    {
        await using var postgres = await TestPostgres.StartAsync();
        await using var proxy = await WikiProxy.StartAsync(servers.Wiki.Url);
        await using var server = await OutlinkTopicServers.StartAsync(proxy, $"--prediction_cache_postgres={postgres.ConnectionString}");
        (await server.PostAsync(Predict, Revision)).AssertOk();

        await postgres.StopAsync();
        (await server.PostAsync(Predict, """{"lang":"en","page_id":32,"revision_id":100032}""")).AssertOk();
        (await server.PostAsync(Predict, Revision)).AssertOk();

        await postgres.UpAsync();
        (await server.PostAsync(Predict, """{"lang":"en","page_id":32,"revision_id":100031}""")).AssertOk();
        await using var other = await OutlinkTopicServers.StartAsync(proxy, $"--prediction_cache_postgres={postgres.ConnectionString}");
        (await other.PostAsync(Predict, Revision)).AssertOk();
    }

    [Fact(Skip = PostgresMissing, SkipUnless = nameof(HasPostgres))]
    public async Task A_server_starts_and_answers_without_its_database()
    {
        await using var proxy = await WikiProxy.StartAsync(servers.Wiki.Url);
        await using var server = await OutlinkTopicServers.StartAsync(proxy, "--prediction_cache_postgres=Host=127.0.0.1;Port=1;Username=nobody;Database=none");

        (await server.PostAsync(Predict, Revision)).AssertOk();
        Assert.Equal("hit", (await server.PostAsync(Predict, Revision)).Headers.GetValues("x-cache").Single());
    }

    // A replica would cache a response locally, so each request is for another article.
    private static async Task<Answer> UntilHitAsync(RunningServer server)
    {
        using var guard = new CancellationTokenSource(RunningServer.Guard);
        while (true)
        {
            var answer = await server.PostAsync(Predict, Revision);
            if (answer.Headers.GetValues("x-cache").Single() == "hit") return answer;
            guard.Token.ThrowIfCancellationRequested();
        }
    }
}
