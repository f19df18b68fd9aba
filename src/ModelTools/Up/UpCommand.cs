using System.CommandLine;

namespace InferenceServices.ModelTools.Up;

/// <summary><c>isvc up FILE.yaml</c></summary>
internal static class UpCommand
{
    public const string Name = "up";

    public static Command Build()
    {
        var file = new Argument<string>("FILE.yaml") { Description = "An InferenceService, as kubectl takes it." };
        var name = new Option<string?>("--name") { Description = "Which one, when the file holds several." };
        var storage = new Option<string?>("--storage_uri") { Description = "Model instead of the manifest's: a folder of this machine, or an address the storage-initializer reads." };
        var port = new Option<int>("--port") { Description = "Port of this machine for HTTP; gRPC takes the one above. 0 takes free ones. Default 8080.", DefaultValueFactory = _ => 8080 };
        var variables = new Option<string[]>("--env") { Description = "NAME=VALUE: a variable that is to have another value here, as a wiki's address. Repeatable.", DefaultValueFactory = _ => [] };
        var containers = new Option<bool>("--containers") { Description = "Run the images with podman (make images builds them), instead of the programs as processes." };
        var programs = new Option<string>("--programs")
        {
            Description = "Folder of the published programs. Default: the one this program lies in.",
            DefaultValueFactory = _ => Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../..")),
        };
        port.Validators.Add(result => { if (result.GetValueOrDefault<int>() is < 0 or > 65534) result.AddError("--port should be 0 to 65534."); });
        variables.Validators.Add(result =>
        {
            if (result.Tokens.FirstOrDefault(token => token.Value.IndexOf('=', StringComparison.Ordinal) < 1) is { } wrong) result.AddError($"--env should be NAME=VALUE, got '{wrong.Value}'.");
        });
        var command = new Command(Name, "Runs an InferenceService here: brings its model, runs predictor, transformer and explainer as KServe's controller would, and routes to them as its ingress does. Ctrl+C drains.")
        {
            file, name, storage, port, variables, containers, programs,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = new UpOptions(parsed.GetValue(port), parsed.GetValue(storage), parsed.GetRequiredValue(programs), parsed.GetValue(containers));
            var overrides = parsed.GetRequiredValue(variables).Select(variable => variable.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
            await using var sandbox = new Sandbox(options, parsed.InvocationConfiguration.Output);
            return await sandbox.RunAsync(Controller.Find(parsed.GetRequiredValue(file), parsed.GetValue(name)), overrides, cancellationToken);
        });
        return command;
    }
}
