using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace InferenceServices.EventGate.Tests;

/// <summary>A fake EventGate with scripted responses. Until <see cref="StartAsync()"/> its port is bound but not listening.</summary>
internal sealed class ScriptedEventGate : IAsyncDisposable
{
    /// <summary>Timeout of all waits in tests.</summary>
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

    /// <summary>Received requests, in order.</summary>
    public IReadOnlyList<Request> Requests => [.. _requests];

    /// <summary>Ids of accepted events: those of 2xx responses, except events that a 207 names.</summary>
    public ConcurrentQueue<string> Taken { get; } = [];

    /// <summary>Creates a fake that does not listen yet.</summary>
    /// <param name="answer">Creates the response from the events and the number of the request, from 1; null accepts all events.</param>
    public static ScriptedEventGate Create(Func<IReadOnlyList<JsonElement>, int, IResult>? answer = null) => new(answer ?? ((_, _) => Results.StatusCode(201)));

    public static async Task<ScriptedEventGate> StartAsync(Func<IReadOnlyList<JsonElement>, int, IResult>? answer = null)
    {
        var gate = Create(answer);
        await gate.StartAsync();
        return gate;
    }

    /// <summary>Creates a response with errors of single events.</summary>
    public static IResult Errors(int status, IEnumerable<JsonElement> invalid, IEnumerable<JsonElement> error) => Results.Json(
        new
        {
            invalid = invalid.Select(content => new { status = "invalid", @event = content, context = new { errorsText = "'.number' should be string" } }),
            error = error.Select(content => new { status = "error", @event = content, context = new { message = "Broker: Message size too large" } }),
        },
        statusCode: status);

    public static string IdOf(JsonElement content) => content.GetProperty("meta").GetProperty("id").GetString()!;

    public static int NumberOf(JsonElement content) => content.GetProperty("number").GetInt32();

    /// <summary>Starts listening.</summary>
    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenHandle((ulong)_socket.Handle));
        _app = builder.Build();
        _app.MapPost("/v1/events", AnswerAsync);
        await _app.StartAsync();
    }

    /// <summary>Waits until a condition holds; checks it after each response.</summary>
    public async Task UntilAsync(Func<bool> condition)
    {
        while (!condition()) Assert.True(await _answered.WaitAsync(Guard), $"The condition does not hold after {_requests.Count} requests.");
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
            var errors = JsonSerializer.SerializeToElement(value);
            var named = errors.GetProperty("invalid").EnumerateArray().Concat(errors.GetProperty("error").EnumerateArray()).Select(content => IdOf(content.GetProperty("event"))).ToHashSet();
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

    /// <summary>A received request.</summary>
    internal sealed record Request(IReadOnlyList<JsonElement> Events, bool IsArray, string? ContentType, string UserAgent);
}
