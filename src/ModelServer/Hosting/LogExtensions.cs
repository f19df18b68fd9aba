using InferenceServices.Configuration;
using InferenceServices.ModelServer.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace InferenceServices.ModelServer.Hosting;

/// <summary>Configures the format and the filters of the log.</summary>
internal static class LogExtensions
{
    public static void AddLog(this IHostApplicationBuilder builder)
    {
        var logging = builder.Logging;
        var options = builder.AddSwitches<TelemetryOptions>();
        logging.SetMinimumLevel((LogLevel)options.LogLevel);
        if (options.LogFormat == LogFormat.Json)
        {
            logging.AddJsonConsole(static json => (json.TimestampFormat, json.UseUtcTimestamp) = (TextFormatter.Timestamp, true));
        }
        else
        {
            logging.AddConsole(static console => console.FormatterName = TextFormatter.FormatterName);
            builder.Services.AddSingleton<ConsoleFormatter, TextFormatter>();
        }
        // If stdout is not drained, log lines are dropped and their number is logged later; requests are never blocked.
        builder.Services.Configure<ConsoleLoggerOptions>(static console => console.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite);

        logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        // With this category enabled, the host would create an activity and a log scope for every request.
        logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        // gRPC logs every rejected call as an error; CallInterceptor logs those that are errors of the server.
        logging.AddFilter("Grpc", LogLevel.None);
        // ModelServerProgram writes a failed start once, as a sentence. Critical: a background service has failed.
        logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.Critical);
    }
}
