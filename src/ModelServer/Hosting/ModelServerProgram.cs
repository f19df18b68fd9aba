using System.Net.Sockets;
using InferenceServices.Contracts.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace InferenceServices.ModelServer.Hosting;

/// <summary>What every server program does around its host: help, one sentence when it cannot start, exit codes.</summary>
public static class ModelServerProgram
{
    /// <summary>Builds and runs a server until it is told to stop.</summary>
    /// <param name="name">The program, for its help.</param>
    /// <param name="args">The command line.</param>
    /// <param name="optionTypes">Its options, for its help.</param>
    /// <param name="build">Makes the host; may throw <see cref="StartException"/>.</param>
    /// <returns>0 after a requested stop or help, 1 when it cannot start, 2 when a switch cannot be understood.</returns>
    public static async Task<int> RunAsync(string name, string[] args, IReadOnlyList<Type> optionTypes, Func<string[], WebApplication> build)
    {
        ArgumentNullException.ThrowIfNull(build);
        if (CommandLine.AsksForHelp(args))
        {
            await WriteHelpAsync(name, Switch.Of(optionTypes));
            return 0;
        }
        try
        {
            await using var app = build(args);
            return await RunAsync(name, app);
        }
        catch (StartException exception)
        {
            await Console.Error.WriteLineAsync($"{name}: {exception.Message}");
            return exception.ExitCode;
        }
        catch (OptionsValidationException exception)
        {
            await Console.Error.WriteLineAsync($"{name}: {string.Join(' ', exception.Failures)}");
            return 2;
        }
        // Told to stop before it had started.
        catch (OperationCanceledException)
        {
            return 0;
        }
    }

    private static async Task<int> RunAsync(string name, WebApplication app)
    {
        // Running disposes the host, however it ends.
        var options = app.Services.GetRequiredService<IOptions<ModelServerOptions>>().Value;
        try
        {
            await app.RunAsync();
            return 0;
        }
        // A port in use or not allowed, an address that is not this machine's.
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            await Console.Error.WriteLineAsync($"{name}: {ReasonOf(exception, options)}");
            return 1;
        }
    }

    /// <summary>Why it cannot listen; for a port in use, the switch that takes another one.</summary>
    internal static string ReasonOf(Exception exception, ModelServerOptions options)
    {
        if (exception.InnerException is not AddressInUseException) return exception.Message;
        // Kestrel names the address in its text only.
        var (port, name) = exception.Message.Contains($":{options.GrpcPort}:", StringComparison.Ordinal)
            ? (options.GrpcPort, "grpc_port")
            : (options.HttpPort, "http_port");
        return $"Port {port} of {options.Host} is in use; --{name} takes another one.";
    }

    private static async Task WriteHelpAsync(string name, IReadOnlyList<Switch> switches)
    {
        var help = Console.Out;
        await help.WriteLineAsync($"Usage: {name} [--switch value | --switch=value]...\n");
        var width = switches.Max(known => known.Name.Length) + 4;
        foreach (var known in switches) await help.WriteLineAsync($"  {("--" + known.Name).PadRight(width)}{known.Help}");
        await help.WriteLineAsync("\nEach switch may also be set by the environment variable of its name in capitals. Unknown switches are ignored.");
    }
}
