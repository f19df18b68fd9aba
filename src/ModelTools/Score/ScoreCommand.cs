using System.CommandLine;

namespace InferenceServices.ModelTools.Score;

/// <summary><c>isvc score --model URL --revisions FILE --output FILE</c></summary>
internal static class ScoreCommand
{
    public static Command Build()
    {
        var model = new Option<Uri>("--model")
        {
            Description = "Address of the model: complete (…/v1/models/enwiki-reverted:predict), or of the server with --model_name.",
            Required = true,
            CustomParser = result => Uri.TryCreate(result.Tokens.Single().Value, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
                ? address
                : Error(result, "--model should be an address with http:// or https://."),
        };
        var modelName = new Option<string>("--model_name") { Description = "Name of the model on the server. Default model.", DefaultValueFactory = _ => "model" };
        var revisions = new Option<string>("--revisions") { Description = "File of revision ids, one per line.", Required = true };
        var output = new Option<string>("--output")
        {
            Description = "Output file, one result per line: rev_id with answer, or with status and error. Revisions already in the file are skipped, so a cancelled run can be resumed.",
            Required = true,
        };
        var rate = new Option<double>("--rate") { Description = "Maximum requests per second. Default 10.", DefaultValueFactory = _ => 10 };
        var parallel = new Option<int>("--parallel") { Description = "Maximum concurrent requests. Default 4.", DefaultValueFactory = _ => 4 };
        var extended = new Option<bool>("--extended_output") { Description = "Include the features in the results." };
        rate.Validators.Add(result => { if (result.GetValueOrDefault<double>() is not (> 0 and <= 100_000)) result.AddError("--rate should be above 0 and at most 100000."); });
        parallel.Validators.Add(result => { if (result.GetValueOrDefault<int>() is < 1 or > 256) result.AddError("--parallel should be 1 to 256."); });
        var command = new Command("score", "Scores many revisions with a served model; can be cancelled and resumed.") { model, modelName, revisions, output, rate, parallel, extended };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var run = new ScoreRun(
                Predict.ModelAddress.Of(parsed.GetRequiredValue(model), parsed.GetRequiredValue(modelName), "{}"),
                parsed.GetValue(rate),
                parsed.GetValue(parallel),
                parsed.GetValue(extended),
                parsed.InvocationConfiguration.Error);
            return await run.RunAsync(parsed.GetRequiredValue(revisions), parsed.GetRequiredValue(output), cancellationToken);
        });
        return command;
    }

    private static Uri? Error(System.CommandLine.Parsing.ArgumentResult result, string error)
    {
        result.AddError(error);
        return null;
    }
}
