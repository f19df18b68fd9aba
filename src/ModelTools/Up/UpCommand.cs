using System.CommandLine;

namespace InferenceServices.ModelTools.Up;

/// <summary><c>isvc up FILE.yaml</c></summary>
internal static class UpCommand
{
    public const string Name = "up";

    public static Command Build()
    {
        var file = new Argument<string>("FILE.yaml") { Description = "A manifest with an InferenceService, as for kubectl." };
        var name = new Option<string?>("--name") { Description = "Name of the InferenceService, if the file has several." };
        var storage = new Option<string?>("--storage_uri") { Description = "Model that replaces the manifest's model: a local folder, or an address that the storage-initializer supports." };
        var port = new Option<int>("--port") { Description = "HTTP port; gRPC uses the next port. 0 selects free ports. Default 8080.", DefaultValueFactory = _ => 8080 };
        var variables = new Option<string[]>("--env") { Description = "NAME=VALUE: overrides an environment variable of the containers, for example the address of a wiki. Repeatable; the last value of a name applies.", DefaultValueFactory = _ => [] };
        var containers = new Option<bool>("--containers") { Description = "Run the images with podman (build them with make images) instead of local processes." };
        var programs = new Option<string>("--programs")
        {
            Description = "Folder of the published programs. Default: the folder that contains this program.",
            DefaultValueFactory = _ => Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../..")),
        };
        port.Validators.Add(result => { if (result.GetValueOrDefault<int>() is < 0 or > 65534) result.AddError("--port should be 0 to 65534."); });
        variables.Validators.Add(result =>
        {
            if (result.Tokens.FirstOrDefault(token => token.Value.IndexOf('=', StringComparison.Ordinal) < 1) is { } wrong) result.AddError($"--env should be NAME=VALUE, got '{wrong.Value}'.");
        });
        var command = new Command(Name, "Runs an InferenceService on this machine: downloads its model, runs predictor, transformer and explainer as KServe's controller would, and routes requests as KServe's ingress does. Ctrl+C drains and stops.")
        {
            file, name, storage, port, variables, containers, programs,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = new UpOptions(parsed.GetValue(port), parsed.GetValue(storage), parsed.GetRequiredValue(programs), parsed.GetValue(containers));
            var overrides = Variables(parsed.GetRequiredValue(variables));
            await using var cluster = new LocalCluster(options, parsed.InvocationConfiguration.Output);
            return await cluster.RunAsync(Controller.Find(parsed.GetRequiredValue(file), parsed.GetValue(name)), overrides, cancellationToken);
        });
        return command;
    }

    /// <summary>Reads variables; the last value of a name applies, as in a shell.</summary>
    internal static Dictionary<string, string> Variables(IEnumerable<string> variables)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var variable in variables)
        {
            var pair = variable.Split('=', 2);
            values[pair[0]] = pair[1];
        }
        return values;
    }
}
