using System.Diagnostics.Metrics;
using System.Text.Json;
using InferenceServices.Contracts.Errors;
using InferenceServices.EventGate.Events;
using InferenceServices.EventGate.Tests.Events;
using InferenceServices.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace InferenceServices.EventGate.Tests;

[Collection(nameof(KilledProcess))]
public sealed class EventOutboxTests : IDisposable
{
    private readonly TemporaryFolder _folder = TemporaryFolder.Of();

    private (string Key, string Value) DeadLetterFile => ("eventgate_dead_letter_file", _folder.Below("dead.jsonl"));

    private (string Key, string Value) OutboxDir => ("eventgate_outbox_dir", _folder.Below("outbox"));

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(200)]
    [InlineData(201)]
    [InlineData(202)]
    [InlineData(204)]
    public async Task An_event_is_sent_once_as_an_object(int status)
    {
        await using var gate = await ScriptedEventGate.StartAsync((_, _) => Results.StatusCode(status));
        await using var running = await RunningOutbox.StartAsync(gate.Url);

        running.Post(7, 1);
        await gate.UntilAsync(() => !gate.Taken.IsEmpty);
        await running.StopAsync();

        var request = Assert.Single(gate.Requests);
        Assert.Equal((false, "application/json"), (request.IsArray, request.ContentType));
        Assert.StartsWith("InferenceServices/", request.UserAgent, StringComparison.Ordinal);
        Assert.Equal("id-7", ScriptedEventGate.IdOf(request.Events[0]));
        Assert.Equal(["eventgate_posted{} 1", "eventgate_delivered{} 1"], running.Meters.Measured.Where(measurement => !measurement.EndsWith("} 0", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(503)]
    [InlineData(500)]
    [InlineData(404)]
    [InlineData(302)]
    [InlineData(0)]
    public async Task A_thousand_events_survive_failures_of_EventGate_and_are_delivered_once(int status)
    {
        var isUp = false;
        await using var gate = await ScriptedEventGate.StartAsync((_, _) => Volatile.Read(ref isUp) ? Results.StatusCode(201) : status == 0 ? new Aborted() : Results.StatusCode(status));
        await using var running = await RunningOutbox.StartAsync(gate.Url);

        running.Post(0, 1000);
        await gate.UntilAsync(() => gate.Requests.Count > 3);
        Assert.Empty(gate.Taken);
        Volatile.Write(ref isUp, true);
        await gate.UntilAsync(() => gate.Taken.Count >= 1000);
        await running.StopAsync();

        Assert.Equal(Enumerable.Range(0, 1000).Select(number => $"id-{number}"), gate.Taken);
        Assert.All(gate.Requests, request => Assert.InRange(request.Events.Count, 1, 100));
        Assert.Equal(["eventgate_waiting{} 0", "eventgate_oldest{} …"], running.Meters.Observe());
    }

    [Fact]
    public async Task A_thousand_events_survive_refused_connections_and_are_delivered_once()
    {
        await using var gate = ScriptedEventGate.Create();
        await using var running = await RunningOutbox.StartAsync(gate.Url);

        running.Post(0, 1000);
        Assert.Contains("eventgate_waiting{} 1000", running.Meters.Observe());
        await gate.StartAsync();
        await gate.UntilAsync(() => gate.Taken.Count >= 1000);
        await running.StopAsync();

        Assert.Equal(Enumerable.Range(0, 1000).Select(number => $"id-{number}"), gate.Taken);
    }

    [Fact]
    public async Task Events_can_be_posted_concurrently()
    {
        await using var gate = await ScriptedEventGate.StartAsync();
        await using var running = await RunningOutbox.StartAsync(gate.Url, OutboxDir);

        await Parallel.ForAsync(0, 2000, (number, _) =>
        {
            running.Post(number % 1000, 1);
            return ValueTask.CompletedTask;
        });
        await gate.UntilAsync(() => gate.Taken.Distinct().Count() == 1000);
    }

    [Fact]
    public async Task Retry_delays_grow_to_one_minute_and_Retry_After_is_honored()
    {
        await using var gate = await ScriptedEventGate.StartAsync((_, number) => number > 20 ? Results.StatusCode(201) : number == 10 ? new Busy(777) : Results.StatusCode(503));
        await using var running = await RunningOutbox.StartAsync(gate.Url);

        running.Post(0, 1);
        await gate.UntilAsync(() => !gate.Taken.IsEmpty);

        var waits = running.Time.Waits;
        Assert.Equal(20, waits.Count);
        Assert.Equal(777, waits[9].TotalSeconds);
        Assert.All(waits.Select((wait, n) => (wait, Longest: Math.Min(60, 0.5 * Math.Pow(2, n)))).Where((_, n) => n != 9), pair => Assert.InRange(pair.wait.TotalSeconds, pair.Longest / 2, pair.Longest));
    }

    [Fact]
    public async Task Invalid_events_become_dead_letters_and_the_others_are_delivered()
    {
        await using var gate = await ScriptedEventGate.StartAsync((events, number) => number == 1
            ? Results.StatusCode(503)
            : ScriptedEventGate.Errors(207, events.Where(content => ScriptedEventGate.NumberOf(content) % 10 == 3), []));
        await using var running = await RunningOutbox.StartAsync(gate.Url, DeadLetterFile);

        running.Post(0, 50);
        await gate.UntilAsync(() => gate.Taken.Count == 45);
        await running.StopAsync();

        var letters = File.ReadLines(_folder.Below("dead.jsonl")).Select(line => JsonElement.Parse(line)).ToArray();
        Assert.Equal([3, 13, 23, 33, 43], letters.Select(letter => ScriptedEventGate.NumberOf(letter.GetProperty("event"))));
        Assert.All(letters, letter => Assert.Equal("'.number' should be string", letter.GetProperty("reason").GetString()));
        Assert.All(letters, letter => Assert.Equal(2026, letter.GetProperty("time").GetDateTimeOffset().Year));
        Assert.Equal(5, running.Meters.Measured.Count(measurement => measurement == "eventgate_dead_lettered{reason=refused} 1"));
    }

    [Fact]
    public async Task A_batch_of_invalid_events_becomes_dead_letters_at_once()
    {
        await using var gate = await ScriptedEventGate.StartAsync((events, _) => ScriptedEventGate.Errors(400, events, []));
        await using var running = await RunningOutbox.StartAsync(gate.Url, DeadLetterFile);

        running.Post(0, 5);
        await gate.UntilAsync(() => gate.Requests.Sum(request => request.Events.Count) == 5);
        await running.StopAsync();

        Assert.Equal(5, File.ReadLines(_folder.Below("dead.jsonl")).Count());
        Assert.Empty(running.Time.Waits);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(413)]
    public async Task A_rejected_event_is_isolated_when_the_response_does_not_name_it(int status)
    {
        var isUp = false;
        await using var gate = await ScriptedEventGate.StartAsync((events, _)
            => !Volatile.Read(ref isUp) ? Results.StatusCode(503) : Results.StatusCode(events.Any(content => ScriptedEventGate.NumberOf(content) == 77) ? status : 201));
        await using var running = await RunningOutbox.StartAsync(gate.Url, DeadLetterFile);

        running.Post(0, 300);
        Volatile.Write(ref isUp, true);
        await gate.UntilAsync(() => gate.Taken.Count == 299);
        await running.StopAsync();

        Assert.Equal(77, ScriptedEventGate.NumberOf(JsonElement.Parse(File.ReadLines(_folder.Below("dead.jsonl")).Single()).GetProperty("event")));
        Assert.Equal(299, gate.Taken.Distinct().Count());
        Assert.InRange(gate.Requests.Count, 5, 60);
    }

    [Fact]
    public async Task A_failing_event_does_not_delay_others_and_becomes_a_dead_letter()
    {
        await using var gate = await ScriptedEventGate.StartAsync((events, _)
            => events.Any(content => ScriptedEventGate.NumberOf(content) == 0)
                ? ScriptedEventGate.Errors(events.Count == 1 ? 500 : 207, [], events.Where(content => ScriptedEventGate.NumberOf(content) == 0))
                : Results.StatusCode(201));
        await using var running = await RunningOutbox.StartAsync(gate.Url, DeadLetterFile);

        running.Post(0, 1);
        var number = 0;
        while (!File.Exists(_folder.Below("dead.jsonl")))
        {
            var before = gate.Requests.Count;
            running.Post(++number, 1);
            await gate.UntilAsync(() => gate.Requests.Count > before && gate.Taken.Count == number);
        }

        Assert.Contains("Broker: Message size too large", File.ReadAllText(_folder.Below("dead.jsonl")), StringComparison.Ordinal);
        Assert.Contains("eventgate_dead_lettered{reason=failed} 1", running.Meters.Measured);
        Assert.InRange(number, 24, 10_000);
    }

    [Theory]
    [InlineData("""{"error":[{"event":{"meta":{}}}]}""")]
    [InlineData("""{"invalid":[{"event":{"meta":{"id":"another"}}}]}""")]
    [InlineData("""{"invalid":[],"error":[]}""")]
    [InlineData("<html>")]
    [InlineData("")]
    public async Task A_207_without_readable_errors_is_retried(string body)
    {
        await using var gate = await ScriptedEventGate.StartAsync((_, number) => number == 1 ? new Plain(207, body) : Results.StatusCode(201));
        await using var running = await RunningOutbox.StartAsync(gate.Url);

        running.Post(0, 1);
        await gate.UntilAsync(() => !gate.Taken.IsEmpty);

        Assert.Equal(2, gate.Requests.Count);
    }

    [Fact]
    public async Task A_timeout_of_EventGate_is_retried()
    {
        await using var gate = await ScriptedEventGate.StartAsync((_, number) => number == 1 ? new Silent() : Results.StatusCode(201));
        await using var running = await RunningOutbox.StartAsync(gate.Url, ("eventgate_timeout_seconds", "0.2"));

        running.Post(0, 1);
        await gate.UntilAsync(() => !gate.Taken.IsEmpty);

        Assert.Equal(2, gate.Requests.Count);
    }

    [Fact]
    public async Task An_unexpected_error_does_not_end_the_delivery()
    {
        await using var gate = await ScriptedEventGate.StartAsync(static (_, _) => Results.StatusCode(201));
        await using var running = await RunningOutbox.StartAsync(gate.Url);
        var failures = 0;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Scope == running.Meters && instrument.Name == "eventgate_delivered") listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, _, _, _) =>
        {
            if (Interlocked.Increment(ref failures) == 1) throw new InvalidOperationException("unexpected");
        });
        listener.Start();

        running.Post(0, 1);

        // The error came before the event was settled, so that the event is sent again.
        await gate.UntilAsync(() => gate.Requests.Count == 2);
        running.Post(1, 1);
        await gate.UntilAsync(() => gate.Taken.Count == 2);
    }

    [Fact]
    public async Task Events_beyond_the_limit_become_dead_letters_and_posting_continues()
    {
        await using var gate = ScriptedEventGate.Create();
        var size = SourceEvents.Outgoing(0).Json.Length;
        await using var running = await RunningOutbox.StartAsync(gate.Url, DeadLetterFile, ("eventgate_outbox_limit", $"{5 * size}"));

        running.Post(0, 9);
        await gate.StartAsync();
        await gate.UntilAsync(() => gate.Taken.Count == 5);
        await running.StopAsync();

        Assert.Equal(["id-5", "id-6", "id-7", "id-8"], File.ReadLines(_folder.Below("dead.jsonl")).Select(line => ScriptedEventGate.IdOf(JsonElement.Parse(line).GetProperty("event"))));
        Assert.Equal(4, running.Meters.Measured.Count(measurement => measurement == "eventgate_dead_lettered{reason=full} 1"));
    }

    [Fact]
    public async Task An_unwritable_dead_letter_file_does_not_fail_Post()
    {
        await using var gate = ScriptedEventGate.Create();
        await using var running = await RunningOutbox.StartAsync(gate.Url, ("eventgate_dead_letter_file", _folder.Below("no/such/folder")), ("eventgate_outbox_limit", "1"));

        running.Post(0, 3);

        Assert.Equal(3, running.Meters.Measured.Count(measurement => measurement == "eventgate_dead_lettered{reason=full} 1"));
    }

    [Fact]
    public async Task Pending_events_are_sent_at_shutdown()
    {
        var isUp = false;
        await using var gate = await ScriptedEventGate.StartAsync((_, _) => Volatile.Read(ref isUp) ? Results.StatusCode(201) : new Busy(3599));
        await using var running = await RunningOutbox.StartAsync(gate.Url, DeadLetterFile);
        running.Time.TimeOuts.Add(TimeSpan.FromSeconds(3599));

        running.Post(0, 250);
        await gate.UntilAsync(() => gate.Requests.Count == 1);
        Volatile.Write(ref isUp, true);
        await running.StopAsync();

        Assert.Equal(250, gate.Taken.Distinct().Count());
        Assert.False(File.Exists(_folder.Below("dead.jsonl")));
    }

    [Fact]
    public async Task Events_that_cannot_be_sent_at_shutdown_or_later_become_dead_letters()
    {
        await using var gate = ScriptedEventGate.Create();
        await using var running = await RunningOutbox.StartAsync(gate.Url, DeadLetterFile, ("eventgate_drain_seconds", "0.1"));

        running.Post(0, 3);
        await running.StopAsync();
        running.Post(3, 1);

        Assert.Equal(4, File.ReadLines(_folder.Below("dead.jsonl")).Count());
    }

    [Fact]
    public async Task With_a_directory_the_next_process_sends_pending_events_in_order()
    {
        await using var gate = ScriptedEventGate.Create();
        await using (var first = await RunningOutbox.StartAsync(gate.Url, OutboxDir, ("eventgate_drain_seconds", "0")))
        {
            first.Post(0, 150);
            await first.StopAsync();
            first.Post(150, 1);
        }
        Assert.False(File.Exists(_folder.Below("outbox/dead-letters.jsonl")));

        await using (await RunningOutbox.StartAsync(gate.Url, OutboxDir))
        {
            await gate.StartAsync();
            await gate.UntilAsync(() => gate.Taken.Count == 151);
        }
        Assert.Equal(Enumerable.Range(0, 151).Select(number => $"id-{number}"), gate.Taken);

        await using var third = await RunningOutbox.StartAsync(gate.Url, OutboxDir);
        Assert.Equal("eventgate_waiting{} 0", third.Meters.Observe()[0]);
    }

    [Fact]
    public async Task A_directory_can_be_used_by_one_process_only()
    {
        await using var first = await RunningOutbox.StartAsync("http://127.0.0.1:1/", OutboxDir);

        var exception = await Assert.ThrowsAsync<StartException>(() => RunningOutbox.StartAsync("http://127.0.0.1:1/", OutboxDir));

        Assert.StartsWith($"--eventgate_outbox_dir {_folder.Below("outbox")} should be a directory of this process alone: ", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_URL_events_are_disabled()
    {
        await using var running = await RunningOutbox.StartAsync(null, DeadLetterFile);

        running.Post(0, 1);

        Assert.False(running.Outbox.IsEnabled);
        Assert.Empty(running.Meters.Measured);
        Assert.False(File.Exists(_folder.Below("dead.jsonl")));
    }

    [Fact]
    public async Task The_journal_is_compacted()
    {
        await using var gate = await ScriptedEventGate.StartAsync();
        await using var running = await RunningOutbox.StartAsync(gate.Url, OutboxDir);
        var text = new string('x', 400_000);

        for (var number = 0; number < 100; number++)
            running.Outbox.Post(new OutgoingEvent($"id-{number}", JsonSerializer.SerializeToUtf8Bytes(new { meta = new { id = $"id-{number}" }, number, text })));
        await gate.UntilAsync(() => gate.Taken.Count == 100);
        await running.StopAsync();

        // 40 MB were posted.
        Assert.InRange(new FileInfo(_folder.Below("outbox/journal.jsonl")).Length, 0, 20 << 20);
    }

    [Fact]
    public async Task Metrics_match_the_documentation()
    {
        await using var running = await RunningOutbox.StartAsync("http://127.0.0.1:1/");

        var documented = File.ReadLines(Checkout.PathOf("docs/observability.md")).Where(line => line.StartsWith("| `eventgate_", StringComparison.Ordinal)).Select(line => line.Split('`')[1]);

        Assert.Equal(
            documented.Order(),
            running.Meters.Instruments.Select(instrument => instrument is Counter<long> ? instrument.Name + "_total" : instrument.Unit == "s" ? instrument.Name + "_seconds" : instrument.Name).Order());
    }

    [Theory]
    [InlineData("ftp://h/", "s", "--eventgate_url should be an http:// or https:// URL, got 'ftp://h/'.")]
    [InlineData("h:80", "s", "--eventgate_url should be an http:// or https:// URL, got 'h:80'.")]
    [InlineData("http://h/", "", "--eventgate_url needs --eventgate_stream, the stream of the events.")]
    public async Task Invalid_options_are_rejected(string url, string stream, string message)
        => Assert.EndsWith(message, (await Assert.ThrowsAsync<OptionsValidationException>(() => RunningOutbox.StartAsync(url, ("eventgate_stream", stream)))).Message, StringComparison.Ordinal);

    /// <summary>Closes the connection without a response.</summary>
    private sealed class Aborted : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Abort();
            return Task.CompletedTask;
        }
    }

    private sealed class Busy(int seconds) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            (httpContext.Response.StatusCode, httpContext.Response.Headers.RetryAfter) = (503, $"{seconds}");
            return Task.CompletedTask;
        }
    }

    private sealed class Plain(int status, string body) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = status;
            return httpContext.Response.WriteAsync(body);
        }
    }

    private sealed class Silent : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var aborted = new TaskCompletionSource();
            await using var registration = httpContext.RequestAborted.Register(aborted.SetResult);
            await aborted.Task;
        }
    }
}
