using System.Diagnostics.Metrics;
using InferenceServices.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace InferenceServices.EventGate.Tests;

/// <summary>An outbox with its sender in its own host. Delays pass immediately.</summary>
internal sealed class RunningOutbox : IAsyncDisposable
{
    private readonly IHost _host;

    private RunningOutbox(IHost host) => _host = host;

    public EventOutbox Outbox => _host.Services.GetRequiredService<EventOutbox>();

    public ScriptedTime Time => (ScriptedTime)_host.Services.GetRequiredService<TimeProvider>();

    public TestMeters Meters => (TestMeters)_host.Services.GetRequiredService<IMeterFactory>();

    public static async Task<RunningOutbox> StartAsync(string? url, params (string Key, string Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection([new("eventgate_url", url), new("eventgate_stream", "s")]);
        builder.Configuration.AddInMemoryCollection(settings.ToDictionary(setting => setting.Key, setting => (string?)setting.Value));
        builder.Services.AddSingleton<TimeProvider, ScriptedTime>();
        builder.Services.AddSingleton<IMeterFactory, TestMeters>(_ => new TestMeters());
        builder.AddEventGate();
        var running = new RunningOutbox(builder.Build());
        try
        {
            await running._host.StartAsync();
            return running;
        }
        catch
        {
            running._host.Dispose();
            throw;
        }
    }

    public void Post(int first, int count)
    {
        for (var number = first; number < first + count; number++) Outbox.Post(Events.SourceEvents.Outgoing(number));
    }

    public Task StopAsync() => _host.StopAsync().WaitAsync(ScriptedEventGate.Guard);

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _host.Dispose();
    }
}
