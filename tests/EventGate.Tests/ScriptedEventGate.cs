using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace InferenceServices.EventGate.Tests;

/// <summary>An EventGate that answers as a test says. Until it is started its port is taken, and nobody listens.</summary>
internal sealed class ScriptedEventGate : IAsyncDisposable
{
    /// <summary>Longer than anything takes that works.</summary>
    public static readonly TimeSpan Guard = TimeSpan.FromSeconds(60);

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly ConcurrentQueue<Request> _requests = [];
    private readonly SemaphoreSlim _answered = new(0);
    private readonly Func<IReadOnlyList<JsonElement>, int, IResult> _answer;
    private WebApplication? _app;

    private ScriptedEventGate(Func<IReadOnlyList<JsonElement>, int, IResult> answer)
    {
        _answer = answer;
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
    }

    public string Url => $"http://127.0.0.1:{((IPEndPoint)_socket.LocalEndPoint!).Port}/v1/events";

    /// <summary>In the order they came.</summary>
    public IReadOnlyList<Request> Requests => [.. _requests];

    /// <summary>What the answers have said to be taken: all of a 2xx but those that a 207 names.</summary>
    public ConcurrentQueue<string> Taken { get; } = [];

    /// <param name="answer">To the events of a request and its number, from 1; null takes all.</param>
    public static ScriptedEventGate Create(Func<IReadOnlyList<JsonElement>, int, IResult>? answer = null) => new(answer ?? ((_, _) => Results.StatusCode(201)));

    public static async Task<ScriptedEventGate> StartAsync(Func<IReadOnlyList<JsonElement>, int, IResult>? answer = null)
    {
        var gate = Create(answer);
        await gate.StartAsync();
        return gate;
    }

    /// <summary>EventGate's words for events that it did not take.</summary>
    public static IResult Told(int status, IEnumerable<JsonElement> invalid, IEnumerable<JsonElement> error) => Results.Json(
        new
        {
            invalid = invalid.Select(one => new { status = "invalid", @event = one, context = new { errorsText = "'.number' should be string" } }),
            error = error.Select(one => new { status = "error", @event = one, context = new { message = "Broker: Message size too large" } }),
        },
        statusCode: status);

    public static string IdOf(JsonElement content) => content.GetProperty("meta").GetProperty("id").GetString()!;

    public static int NumberOf(JsonElement content) => content.GetProperty("number").GetInt32();

    /// <summary>Begins to listen.</summary>
    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenHandle((ulong)_socket.Handle));
        _app = builder.Build();
        _app.MapPost("/v1/events", AnswerAsync);
        await _app.StartAsync();
    }

    /// <summary>Until something is so that an answer can change.</summary>
    public async Task UntilAsync(Func<bool> isSo)
    {
        while (!isSo()) Assert.True(await _answered.WaitAsync(Guard), $"It has not come to that; there were {_requests.Count} requests.");
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null) await _app.DisposeAsync();
        _socket.Dispose();
        _answered.Dispose();
    }

    private async Task AnswerAsync(HttpContext http)
    {
        using var body = await JsonDocument.ParseAsync(http.Request.Body);
        var isArray = body.RootElement.ValueKind == JsonValueKind.Array;
        IReadOnlyList<JsonElement> events = isArray ? [.. body.RootElement.Clone().EnumerateArray()] : [body.RootElement.Clone()];
        _requests.Enqueue(new Request(events, isArray, http.Request.ContentType, http.Request.Headers.UserAgent.ToString()));
        var answer = _answer(events, _requests.Count);
        if (answer is IValueHttpResult { Value: { } value })
        {
            var told = JsonSerializer.SerializeToElement(value);
            var named = told.GetProperty("invalid").EnumerateArray().Concat(told.GetProperty("error").EnumerateArray()).Select(one => IdOf(one.GetProperty("event"))).ToHashSet();
            if (((IStatusCodeHttpResult)answer).StatusCode == 207) Take(events.Select(IdOf).Except(named));
        }
        else if (answer is IStatusCodeHttpResult { StatusCode: < 300 })
        {
            Take(events.Select(IdOf));
        }
        await answer.ExecuteAsync(http);
        _answered.Release();
    }

    private void Take(IEnumerable<string> ids)
    {
        foreach (var id in ids) Taken.Enqueue(id);
    }

    /// <summary>What came.</summary>
    internal sealed record Request(IReadOnlyList<JsonElement> Events, bool IsArray, string? ContentType, string UserAgent);
}
