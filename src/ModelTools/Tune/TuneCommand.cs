using System.CommandLine;
using System.Globalization;
using InferenceServices.ModelTools.Predict;

namespace InferenceServices.ModelTools.Tune;

/// <summary><c>isvc tune MODEL BODY...</c></summary>
internal static class TuneCommand
{
    public static Command Build()
    {
        var target = new Argument<string>("MODEL") { Description = "An ONNX file, or the folder that contains it." };
        var bodies = new Argument<string[]>("BODY")
        {
            Description = "Typical V1 or V2 requests: JSON, @FILE, or - for standard input. Callers send them in turn.",
            Arity = ArgumentArity.OneOrMore,
        };
        var objective = new Option<TuneObjective>("--objective") { Description = "What to optimize: throughput (requests per second) or p99 (99th percentile of the latency). Default throughput.", HelpName = "throughput|p99" };
        var callers = new Option<int>("--callers") { Description = "Concurrent requests. Default 32.", DefaultValueFactory = _ => 32 };
        var seconds = new Option<double>("--seconds") { Description = "Seconds of a trial in the first round; each further round doubles them. A comparison with the current settings follows. Default 1.", DefaultValueFactory = _ => 1 };
        var dryRun = new Option<bool>("--dry_run") { Description = "Print the result and write nothing." };
        callers.Validators.Add(result => { if (result.GetValueOrDefault<int>() is < 1 or > 512) result.AddError("--callers should be 1 to 512."); });
        seconds.Validators.Add(result => { if (result.GetValueOrDefault<double>() is not (>= 0.01 and <= 600)) result.AddError("--seconds should be 0.01 to 600."); });
        var command = new Command("tune", "Finds the threads, executors and batch size that suit a model and this machine by trial under load, and writes them to model-settings.json.")
        {
            target, bodies, objective, callers, seconds, dryRun,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var requests = new List<string>();
            foreach (var body in parsed.GetRequiredValue(bodies)) requests.Add(await RequestBody.ReadAsync(body, cancellationToken));
            using var model = new TunedModel(parsed.GetRequiredValue(target));
            var run = new TuneRun(model, requests, parsed.GetValue(callers), parsed.GetValue(objective), parsed.InvocationConfiguration.Error);
            var candidates = TuneSettings.CandidatesFor(Environment.ProcessorCount);
            var duration = TimeSpan.FromSeconds(parsed.GetValue(seconds));
            var best = await run.FindBestAsync(candidates, duration, cancellationToken);
            var comparison = await run.CompareAsync(best, duration * 2, cancellationToken);
            Report(model, best, comparison, parsed.GetValue(objective), parsed.GetValue(dryRun), parsed.InvocationConfiguration.Output);
            return 0;
        });
        return command;
    }

    private static void Report(TunedModel model, TuneSettings best, TuneComparison comparison, TuneObjective objective, bool isDryRun, TextWriter output)
    {
        output.WriteLine($"current settings: {comparison.Median.Current}");
        output.WriteLine($"{best}: {comparison.Median.Result}");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"gain in {(objective == TuneObjective.Throughput ? "throughput" : "p99")}: {comparison.MedianGain:0.00} times"));
        if (!comparison.IsBetter)
        {
            output.WriteLine("The current settings are as good, or the difference is within the noise of this machine; nothing was written.");
            return;
        }
        if (isDryRun) return;
        model.Write(best, comparison.Median.Result.HasBatches);
        output.WriteLine($"written to {model.SettingsPath}");
    }
}
