using System.Reflection;
using InferenceServices.Configuration;
using InferenceServices.Contracts.Errors;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

// The entry point writes help and the reason of a failed start.
#pragma warning disable RS0030
namespace InferenceServices.OresLegacy.Hosting;

/// <summary>Runs the program: help, one sentence when it cannot start, exit codes.</summary>
internal static class OresLegacyProgram
{
    private const string Name = "ores-legacy";

    /// <summary>Runs the server until it is stopped; with <c>--help</c>, prints its switches.</summary>
    /// <param name="args">The command line.</param>
    /// <returns>0 after a requested stop or help, 1 when the server cannot start, 2 when a switch cannot be read.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            var builder = OresLegacyHost.CreateBuilder(args);
            var switches = builder.GetSwitches();
            if (switches.IsVersionRequested) Console.WriteLine($"{Name} {Version}");
            else if (switches.IsHelpRequested) await switches.WriteHelpAsync(Console.Out, Name);
            else await OresLegacyHost.Map(builder.Build()).RunAsync();
            return 0;
        }
        catch (CommandLineException exception)
        {
            return Fail(exception.Message, exception.ExitCode);
        }
        catch (OptionsValidationException exception)
        {
            return Fail(string.Join(' ', exception.Failures), 2);
        }
        catch (StartException exception)
        {
            return Fail(exception.Message, exception.ExitCode);
        }
        catch (IOException exception) when (exception.InnerException is AddressInUseException)
        {
            return Fail($"{exception.Message} --http_port sets another port.", 1);
        }
    }

    private static string Version => Assembly.GetExecutingAssembly().GetName().Version!.ToString(3);

    private static int Fail(string reason, int exitCode)
    {
        Console.Error.WriteLine($"{Name}: {reason.ReplaceLineEndings(" ")}");
        return exitCode;
    }
}
