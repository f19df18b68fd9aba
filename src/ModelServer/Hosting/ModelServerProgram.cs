using System.Net.Sockets;
using InferenceServices.Configuration;
using InferenceServices.Contracts.Errors;
using InferenceServices.ModelServer.Endpoints;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

// The entry point writes help and the reason of a failed start.
#pragma warning disable RS0030
namespace InferenceServices.ModelServer.Hosting;

/// <summary>Runs a server program: help, one sentence when the server cannot start, exit codes.</summary>
public static class ModelServerProgram
{
    /// <summary>Builds a server and runs it until it is stopped; with <c>--help</c>, prints its switches.</summary>
    /// <param name="name">Name of the program, for its help and its messages.</param>
    /// <param name="args">The command line.</param>
    /// <param name="createBuilder">Composes the server; may throw <see cref="StartException"/>.</param>
    /// <returns>0 after a requested stop or help, 1 when the server cannot start, 2 when a switch cannot be read.</returns>
    public static async Task<int> RunAsync(string name, string[] args, Func<string[], WebApplicationBuilder> createBuilder)
    {
        ArgumentNullException.ThrowIfNull(createBuilder);
        try
        {
            var builder = createBuilder(args);
            var switches = builder.GetSwitches();
            if (switches.IsVersionRequested)
            {
                await Console.Out.WriteLineAsync($"{name} {ServerMetadata.Version}{string.Concat(switches.Components.Select(component => $", {component.Key} {component.Value()}"))}");
                return 0;
            }
            if (switches.IsHelpRequested)
            {
                await switches.WriteHelpAsync(Console.Out, name);
                return 0;
            }
            await using var app = builder.Build().MapModelServer();
            return await RunAsync(name, app);
        }
        catch (StartException exception)
        {
            WriteError($"{name}: {exception.Message}");
            return exception.ExitCode;
        }
        catch (CommandLineException exception)
        {
            WriteError($"{name}: {exception.Message}");
            return exception.ExitCode;
        }
        catch (Exception exception) when (FailuresOf(exception) is { Length: > 0 } failures)
        {
            WriteError($"{name}: {string.Join(' ', failures)}");
            return 2;
        }
        // Stopped during the start.
        catch (OperationCanceledException)
        {
            return 0;
        }
        // Boundary of the program.
        catch (Exception exception)
        {
            WriteError($"{name}: {exception}");
            return 1;
        }
    }

    private static async Task<int> RunAsync(string name, WebApplication app)
    {
        // RunAsync disposes the host in every case; its options are read before.
        var options = app.Services.GetRequiredService<IOptions<ModelServerOptions>>().Value;
        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(ModelServerProgram));
        // The runtime then ends the process with an exit code of its own.
        AppDomain.CurrentDomain.UnhandledException += (_, unhandled) => Log.Unhandled(logger, (Exception)unhandled.ExceptionObject);
        var background = Array.Empty<BackgroundService>();
        app.Lifetime.ApplicationStarted.Register(() => background = [.. app.Services.GetServices<IHostedService>().OfType<BackgroundService>()]);
        try
        {
            await app.RunAsync();
            // The host stops when a background service fails, and has logged the exception.
            return background.Any(static service => service.ExecuteTask is { IsFaulted: true }) ? 1 : 0;
        }
        // A port in use or not allowed, an address of another machine.
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            WriteError($"{name}: {ReasonOf(exception, options)}");
            return 1;
        }
    }

    // Names of files and values of switches can have control characters.
    private static void WriteError(string line)
    {
        LogText.WriteEscaped(Console.Error, line.ReplaceLineEndings(" "));
        Console.Error.WriteLine();
    }

    // The host validates all options: several invalid ones come as one exception.
    private static string[] FailuresOf(Exception exception) => exception switch
    {
        OptionsValidationException invalid => [.. invalid.Failures],
        AggregateException several when several.InnerExceptions.All(inner => inner is OptionsValidationException)
            => [.. several.InnerExceptions.Cast<OptionsValidationException>().SelectMany(invalid => invalid.Failures).Distinct()],
        _ => [],
    };

    /// <summary>Returns why the server cannot listen; for a port in use, also the switch that sets another port.</summary>
    internal static string ReasonOf(Exception exception, ModelServerOptions options)
    {
        if (exception.InnerException is not AddressInUseException) return exception.Message;
        // Kestrel names the address in its text only.
        var (port, name) = exception.Message.Contains($":{options.GrpcPort}:", StringComparison.Ordinal)
            ? (options.GrpcPort, "grpc_port")
            : (options.HttpPort, "http_port");
        return $"Port {port} of {options.Host} is in use; set another port with --{name}.";
    }
}
