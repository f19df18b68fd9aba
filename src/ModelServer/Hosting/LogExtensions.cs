using InferenceServices.ModelServer.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace InferenceServices.ModelServer.Hosting;

/// <summary>What log lines look like, and which there are.</summary>
internal static class LogExtensions
{
    private const string Timestamp = "yyyy-MM-ddTHH:mm:ss.fffZ";

    public static void AddLog(this WebApplicationBuilder builder)
    {
        var logging = builder.Logging;
        if (builder.Configuration.GetValue<LogFormat>("log_format") == LogFormat.Json)
        {
            logging.AddJsonConsole(static json => (json.TimestampFormat, json.UseUtcTimestamp) = (Timestamp, true));
        }
        else
        {
            logging.AddSimpleConsole(static text =>
            {
                (text.TimestampFormat, text.UseUtcTimestamp) = (Timestamp + " ", true);
                // A line each: whoever reads lines must not take a part of a message for one, and no caller can make one up.
                text.SingleLine = true;
            });
        }
        // Who does not read what we write must not hold up who asks; how many lines were lost is written later.
        builder.Services.Configure<ConsoleLoggerOptions>(static console => console.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite);

        logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        // Were its errors listened to, the host would make an activity and a log scope for every request.
        logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        // It logs every refusal as an error; CallInterceptor logs what is one.
        logging.AddFilter("Grpc", LogLevel.None);
        // A failed start is told once, as a sentence, by ModelServerProgram.
        logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
    }
}
