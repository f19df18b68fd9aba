using System.CommandLine;
using InferenceServices.Contracts.Errors;
using InferenceServices.ModelTools.Convert;
using InferenceServices.ModelTools.Features;
using InferenceServices.ModelTools.Inspect;
using InferenceServices.ModelTools.Manifests;
using InferenceServices.ModelTools.Predict;
using InferenceServices.ModelTools.Score;
using InferenceServices.ModelTools.Tune;
using InferenceServices.ModelTools.Up;

namespace InferenceServices.ModelTools;

/// <summary>Runs <c>isvc</c>. Each folder builds one command.</summary>
internal static class IsvcProgram
{
    /// <summary>Runs a command and returns the exit code: 0, or 1 after a message on <paramref name="error"/>.</summary>
    public static int Run(string[] args, TextWriter output, TextWriter error)
    {
        var root = new RootCommand("Model tools: converts models to ONNX, inspects and runs them, computes features of revisions, writes and runs KServe manifests.")
        {
            ConvertCommand.Build(),
            InspectCommand.Build(),
            PredictCommand.Build(),
            TuneCommand.Build(),
            FeaturesCommand.Build(),
            ScoreCommand.Build(),
            ManifestCommand.Build(),
            UpCommand.Build(),
        };
        // @FILE is a request body, not a response file.
        var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        var configuration = new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false };
        // Servers need time to drain; Ctrl+C stops other commands immediately.
        if (parsed.CommandResult.Command.Name == UpCommand.Name) configuration.ProcessTerminationTimeout = TimeSpan.FromMinutes(2);
        try
        {
            return parsed.Invoke(configuration);
        }
        catch (Exception failure) when (failure is ModelFileException or StartException or IOException or UnauthorizedAccessException)
        {
            error.WriteLine($"isvc: {failure.Message}");
            return 1;
        }
        catch (OperationCanceledException)
        {
            error.WriteLine("isvc: cancelled; temporary files are removed");
            return 1;
        }
    }
}
