using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using InferenceServices.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace InferenceServices.ModelTools.Tests;

/// <summary>Scores revisions on a server with configurable responses.</summary>
public sealed class ScoreCommandTests : IAsyncLifetime
{
    private readonly TemporaryFolder _directory = new();
    private readonly StringWriter _output = new(), _error = new();
    private readonly ConcurrentQueue<long> _requested = [];
    private WebApplication _server = null!;
    private Func<long, int, (int Status, string Body)> _answer = (id, _) => (200, $$"""{"scored":{{id}}}""");

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _server = builder.Build();
        _server.MapPost("/v1/models/enwiki-reverted:predict", async http =>
        {
            using var reader = new StreamReader(http.Request.Body);
            var id = JsonNode.Parse(await reader.ReadToEndAsync())!["rev_id"]!.GetValue<long>();
            _requested.Enqueue(id);
            var (status, body) = _answer(id, _requested.Count(requested => requested == id));
            http.Response.StatusCode = status;
            await http.Response.WriteAsync(body);
        });
        await _server.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _directory.Dispose();
        _output.Dispose();
        _error.Dispose();
    }

    [Fact]
    public void Every_revision_has_a_line_with_its_result_or_its_error()
    {
        _answer = (id, _) => id == 3 ? (400, """{"error":"No such revision."}""") : (200, $$"""{"scored":{{id}}}""");

        Assert.Equal(0, Score(1, 2, 3, 2));

        Assert.Equal(
            ["""{"rev_id":1,"answer":{"scored":1}}""", """{"rev_id":2,"answer":{"scored":2}}""", """{"rev_id":3,"status":400,"error":"No such revision."}"""],
            Lines().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_long_line_of_existing_results_is_read()
    {
        var answer = new string('x', 300_000);
        _directory.Write("scores.jsonl", System.Text.Encoding.UTF8.GetBytes($$"""{"rev_id":1,"answer":"{{answer}}"}""" + "\n" + $$"""{"rev_id":2,"answer":"{{answer}}"""));

        Assert.Equal(0, Score(1, 2));

        Assert.Equal([2L], _requested);
        Assert.Equal(2, Lines().Length);
    }

    [Fact]
    public void Existing_results_are_skipped_and_an_incomplete_line_is_replaced()
    {
        _directory.Write("scores.jsonl", "{\"rev_id\":1,\"answer\":{}}\n{\"rev_id\":2,\"ans"u8.ToArray());

        Assert.Equal(0, Score(1, 2));

        Assert.Equal([2L], _requested);
        Assert.Equal(["""{"rev_id":1,"answer":{}}""", """{"rev_id":2,"answer":{"scored":2}}"""], Lines());
    }

    [Fact]
    public void A_busy_server_is_retried()
    {
        _answer = (id, time) => time == 1 ? (429, """{"error":"Busy."}""") : (200, "{}");

        Assert.Equal(0, Score(5));

        Assert.Equal([5L, 5L], _requested);
    }

    [Fact]
    public void A_file_with_other_content_is_not_changed()
    {
        _directory.Write("scores.jsonl", "Dear diary,\n"u8.ToArray());

        Assert.Equal(1, Score(1));

        Assert.Contains("is not a result of an earlier run", _error.ToString(), StringComparison.Ordinal);
        Assert.Equal(["Dear diary,"], Lines());
    }

    [Fact]
    public void An_invalid_id_is_reported_with_its_line()
    {
        var ids = _directory.Write("ids.txt", "1\nabc\n"u8.ToArray());

        Assert.Equal(1, IsvcProgram.Run(["score", "--model", Address, "--model_name", "enwiki-reverted", "--revisions", ids, "--output", _directory.Below("scores.jsonl")], _output, _error));

        Assert.Contains("line 2 should be a revision id, an integer, got 'abc'.", _error.ToString(), StringComparison.Ordinal);
    }

    private string Address => _server.Urls.Single();

    private int Score(params long[] ids)
    {
        var file = _directory.Write("ids.txt", System.Text.Encoding.UTF8.GetBytes(string.Join('\n', ids)));
        return IsvcProgram.Run(["score", "--model", Address, "--model_name", "enwiki-reverted", "--revisions", file, "--output", _directory.Below("scores.jsonl"), "--rate", "1000"], _output, _error);
    }

    private string[] Lines() => File.ReadAllLines(_directory.Below("scores.jsonl"));
}
