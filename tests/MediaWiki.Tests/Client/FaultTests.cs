using System.Net;
using System.Net.Sockets;
using System.Text;
using InferenceServices.MediaWiki.Client;

namespace InferenceServices.MediaWiki.Tests.Client;

/// <summary>Errors and retries of failing calls.</summary>
public sealed class FaultTests
{
    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task A_transient_status_is_retried_twice(int status)
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.Json("<html>", status, contentType: "text/html"));

        var error = await wiki.FailAsync();

        Assert.Equal(($"http-{status}", MediaWikiErrorKind.Unavailable), (error.Code, error.Kind));
        Assert.Equal(3, wiki.Requests.Count);
    }

    [Theory]
    [InlineData("maxlag")]
    [InlineData("ratelimited")]
    [InlineData("readonly")]
    [InlineData("internal_api_error_DBQueryError")]
    [InlineData("internal_api_error")]
    public async Task A_transient_API_error_is_retried_twice_despite_status_200(string code)
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.ApiError(code));

        var error = await wiki.FailAsync();

        Assert.Equal(new MediaWikiError(code, "Why.", MediaWikiErrorKind.Unavailable), error);
        Assert.Equal(3, wiki.Requests.Count);
    }

    [Theory]
    [InlineData("missingtitle", MediaWikiErrorKind.NotFound)]
    [InlineData("nosuchrevid", MediaWikiErrorKind.NotFound)]
    [InlineData("nosuchpageid", MediaWikiErrorKind.NotFound)]
    [InlineData("invalidtitle", MediaWikiErrorKind.Rejected)]
    [InlineData("permissiondenied", MediaWikiErrorKind.Rejected)]
    [InlineData("badinteger", MediaWikiErrorKind.Rejected)]
    [InlineData("maxlag2", MediaWikiErrorKind.Rejected)]
    public async Task Other_API_errors_are_not_retried(string code, MediaWikiErrorKind kind)
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.ApiError(code));

        var error = await wiki.FailAsync();

        Assert.Equal(new MediaWikiError(code, "Why.", kind), error);
        Assert.Single(wiki.Requests);
    }

    [Theory]
    [InlineData("""{"errors":[{"code":"nosuchrevid","text":"Why.","module":"parse"}]}""", "nosuchrevid", "Why.")]
    [InlineData("""{"errors":[{"code":"nosuchrevid","info":"Why."}],"query":{"pages":[]}}""", "nosuchrevid", "Why.")]
    [InlineData("""{"errors":[{"code":"nosuchrevid"}]}""", "nosuchrevid", "MediaWiki answered with the error nosuchrevid.")]
    [InlineData("""{"error":{}}""", "unknown-error", "MediaWiki answered with the error unknown-error.")]
    [InlineData("""{"errors":[null]}""", "unknown-error", "MediaWiki answered with the error unknown-error.")]
    public async Task Errors_are_read_in_all_formats(string body, string code, string info)
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.Json(body));

        var error = await wiki.FailAsync();

        Assert.Equal((code, info), (error.Code, error.Info));
    }

    [Fact]
    public async Task Long_error_messages_are_shortened()
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.Json($$$"""{"error":{"code":"{{{new string('c', 5000)}}}","info":"{{{new string('w', 100_000)}}}"}}"""));

        var error = await wiki.FailAsync();

        Assert.Equal((new string('c', 80) + "…", new string('w', 500) + "…"), (error.Code, error.Info));
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(410)]
    [InlineData(501)]
    public async Task Other_statuses_are_not_retried(int status)
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.Json("{}", status));

        var error = await wiki.FailAsync();

        Assert.Equal(($"http-{status}", MediaWikiErrorKind.Rejected, $"en.wikipedia.org answered with status {status}."), (error.Code, error.Kind, error.Info));
        Assert.Single(wiki.Requests);
    }

    [Fact]
    public async Task An_error_status_is_an_error_and_an_error_in_the_body_takes_precedence()
    {
        await using var lying = await ScriptedWiki.StartAsync(ScriptedWiki.Json("""{"query":{"pages":[{"pageid":1,"ns":0,"title":"T"}]}}""", 404));
        await using var telling = await ScriptedWiki.StartAsync(ScriptedWiki.Json("""{"error":{"code":"badtoken","info":"Why."}}""", 503));

        Assert.Equal("http-404", (await lying.FailAsync()).Code);
        var error = await telling.FailAsync();
        Assert.Equal(("badtoken", MediaWikiErrorKind.Unavailable), (error.Code, error.Kind));
        Assert.Equal(3, telling.Requests.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("\"text\"")]
    [InlineData("{\"query\":{\"pages\":[")]
    [InlineData("{\"query\":{\"pages\":{\"7\":{}}}}")]
    [InlineData("{\"query\":{\"pages\":[{\"pageid\":\"7\"}]}}")]
    [InlineData("{\"query\":{\"pages\":[{\"pageid\":7.5}]}}")]
    [InlineData("{\"query\":{\"pages\":[{\"pageid\":99999999999999999999}]}}")]
    [InlineData("{\"query\":{\"pages\":[{\"pageid\":7,\"ns\":0,\"title\":\"\\ud800\"}]}}")]
    [InlineData("{\"query\":{\"pages\":[{\"pageid\":7,\"ns\":0,\"title\":5}]}}")]
    [InlineData("{\"query\":{}} and more")]
    [InlineData("{\"error\":\"maxlag\"}")]
    [InlineData("<!DOCTYPE html><p>Our servers are currently under maintenance")]
    public async Task An_invalid_response_is_not_retried(string body)
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.Json(body));

        var error = await wiki.FailAsync();

        Assert.Equal(("broken-answer", MediaWikiErrorKind.InvalidResponse), (error.Code, error.Kind));
        Assert.Single(wiki.Requests);
    }

    [Fact]
    public async Task Excessive_nesting_is_an_invalid_response()
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.Json("{\"x\":" + new string('[', 100_000)));

        Assert.Equal("broken-answer", (await wiki.FailAsync()).Code);
    }

    [Theory]
    [InlineData("text/html; charset=utf-8")]
    [InlineData("text/plain")]
    [InlineData("application/jsonp")]
    public async Task Another_content_type_is_an_invalid_response(string contentType)
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.Json("""{"query":{"pages":[{"pageid":1,"ns":0,"title":"T"}]}}""", contentType: contentType));

        Assert.Equal("broken-answer", (await wiki.FailAsync()).Code);
    }

    [Fact]
    public async Task A_truncated_body_and_a_lost_connection_are_retried()
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.TruncateAsync, ScriptedWiki.ResetAsync, ScriptedWiki.Page());

        Assert.Equal(7, (await wiki.CallAsync()).OrThrow().Id);
        Assert.Equal(3, wiki.Requests.Count);
    }

    [Fact]
    public async Task Lost_connections_are_returned_as_an_error()
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.TruncateAsync);

        var error = await wiki.FailAsync();

        Assert.Equal(("connection-failed", MediaWikiErrorKind.Unavailable), (error.Code, error.Kind));
        Assert.Equal(3, wiki.Requests.Count);
    }

    [Fact]
    public async Task A_refused_connection_is_returned_as_an_error()
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.Page());
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        wiki.Options.WikiUrl = $"http://{listener.LocalEndpoint}";
        listener.Stop();

        Assert.Equal("connection-failed", (await wiki.FailAsync()).Code);
    }

    [Fact]
    public async Task Invalid_HTTP_is_returned_as_an_error()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.Page());
        (wiki.Options.WikiUrl, wiki.Options.MaxRetries) = ($"http://{listener.LocalEndpoint}", 0);
        var call = wiki.FailAsync();

        using (var socket = await listener.AcceptSocketAsync())
        {
            await socket.ReceiveAsync(new byte[4096]);
            await socket.SendAsync(Encoding.ASCII.GetBytes("SSH-2.0-OpenSSH\r\n\r\n"));
        }

        Assert.Equal("connection-failed", (await call).Code);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_response_above_the_limit_is_not_read(bool announced)
    {
        await using var wiki = await ScriptedWiki.StartAsync(async http =>
        {
            http.Response.ContentType = "application/json";
            var bytes = Encoding.ASCII.GetBytes(new string(' ', 150_000));
            if (announced) http.Response.ContentLength = bytes.Length;
            await http.Response.Body.WriteAsync(bytes);
        });
        wiki.Options.AnswerLimit = 100_000;

        var error = await wiki.FailAsync();

        Assert.Equal(new MediaWikiError("answer-too-large", "The answer of en.wikipedia.org is larger than 100000 bytes.", MediaWikiErrorKind.InvalidResponse), error);
        Assert.Single(wiki.Requests);
    }

    [Fact]
    public async Task A_response_of_the_limit_is_read()
    {
        const string Body = """{"query":{"pages":[{"pageid":7,"ns":0,"title":"T"}]}}""";
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.Json(Body + new string(' ', 200_000 - Body.Length)));
        wiki.Options.AnswerLimit = 200_000;

        Assert.Equal(7, (await wiki.CallAsync()).OrThrow().Id);
    }

    [Fact]
    public async Task The_limit_applies_to_the_decompressed_response()
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.Gzip(new byte[50_000_000]));
        wiki.Options.AnswerLimit = 1_000_000;

        Assert.Equal("answer-too-large", (await wiki.FailAsync()).Code);
    }

    [Fact]
    public async Task Invalid_compression_is_an_invalid_response()
    {
        await using var wiki = await ScriptedWiki.StartAsync(http =>
        {
            http.Response.Headers.ContentEncoding = "gzip";
            return ScriptedWiki.Page()(http);
        });

        Assert.Equal("broken-answer", (await wiki.FailAsync()).Code);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task Redirects_are_not_followed(int status)
    {
        await using var elsewhere = await ScriptedWiki.StartAsync(ScriptedWiki.Page());
        await using var wiki = await ScriptedWiki.StartAsync(http =>
        {
            http.Response.StatusCode = status;
            http.Response.Headers.Location = elsewhere.Options.WikiUrl + "/w/api.php";
            return Task.CompletedTask;
        });

        var error = await wiki.FailAsync();

        Assert.Equal(($"http-{status}", MediaWikiErrorKind.Rejected), (error.Code, error.Kind));
        Assert.Empty(elsewhere.Requests);
    }
}
