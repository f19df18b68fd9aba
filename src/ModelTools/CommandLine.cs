using System.CommandLine;
using InferenceServices.Contracts.Errors;
using InferenceServices.ModelTools.Convert;
using InferenceServices.ModelTools.Features;
using InferenceServices.ModelTools.Inspect;
using InferenceServices.ModelTools.Manifests;
using InferenceServices.ModelTools.Predict;
using InferenceServices.ModelTools.Score;
using InferenceServices.ModelTools.Up;

namespace InferenceServices.ModelTools;

/// <summary>The verbs of <c>isvc</c>. Each builds its own command in its own folder.</summary>
internal static class CommandLine
{
    public static int Run(string[] args, TextWriter output, TextWriter error)
    {
        var root = new RootCommand("Works on models: converts them to ONNX, says what they declare, runs requests through them; computes the features of revisions.")
        {
            ConvertCommand.Build(),
            InspectCommand.Build(),
            PredictCommand.Build(),
            FeaturesCommand.Build(),
            ScoreCommand.Build(),
            ManifestCommand.Build(),
            UpCommand.Build(),
        };
        // @FILE is a body to be read, not more of the command line.
        var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        var configuration = new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false };
        // Servers that drain take their time; Ctrl+C ends anything else at once.
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
            error.WriteLine("isvc: stopped before it was finished; nothing is left behind");
            return 1;
        }
    }
}
