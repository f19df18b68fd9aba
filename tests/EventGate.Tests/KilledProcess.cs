using System.Globalization;
using InferenceServices.EventGate.Tests.Events;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace InferenceServices.EventGate.Tests;

/// <summary>A process that posts events until it is killed and prints the number of each posted event.</summary>
internal static class KilledProcess
{
    /// <param name="args">URL of EventGate, directory of the outbox.</param>
    public static async Task RunAsync(string[] args)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection([new("eventgate_url", args[0]), new("eventgate_stream", "s"), new("eventgate_outbox_dir", args[1])]);
        builder.AddEventGate();
        using var host = builder.Build();
        await host.StartAsync();
        var outbox = host.Services.GetRequiredService<EventOutbox>();
        await using var output = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true };
        for (var number = 0; ; number++)
        {
            outbox.Post(SourceEvents.Outgoing(number));
            await output.WriteLineAsync(number.ToString(CultureInfo.InvariantCulture));
        }
    }
}
