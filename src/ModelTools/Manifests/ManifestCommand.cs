using System.CommandLine;

namespace InferenceServices.ModelTools.Manifests;

/// <summary><c>isvc manifest SERVICE.yaml... --output DIR [--compose FILE]</c></summary>
internal static class ManifestCommand
{
    public static Command Build()
    {
        var files = new Argument<string[]>("SERVICE.yaml")
        {
            Description = "Values of services in the format of Lift Wing's chart kserve-inference, with explainer beside predictor and transformer.",
            Arity = ArgumentArity.OneOrMore,
        };
        var output = new Option<string>("--output") { Description = "Output directory for one file per InferenceService and a kustomization.yaml.", Required = true };
        var compose = new Option<string?>("--compose") { Description = "Output file for Docker Compose: one service per model, with its image built from blubber.yaml." };
        var command = new Command("manifest", "Writes InferenceService manifests for kubectl, kustomize and isvc up.") { files, output, compose };
        command.SetAction(parsed =>
        {
            var directory = parsed.GetRequiredValue(output);
            Directory.CreateDirectory(directory);
            var names = new List<string>();
            var services = new List<YamlMap>();
            foreach (var file in parsed.GetRequiredValue(files))
            {
                foreach (var (name, documents) in ServiceValues.Read(file))
                {
                    names.Add($"{name}.yaml");
                    Write(directory, $"{name}.yaml", file, documents);
                    services.Add(YamlMap.Parse(file, YamlMap.Write(documents[0]))[0]);
                }
            }
            Write(directory, "kustomization.yaml", "the services' service.yaml",
            [
                new Dictionary<string, object?>
                {
                    ["apiVersion"] = "kustomize.config.k8s.io/v1beta1",
                    ["kind"] = "Kustomization",
                    ["resources"] = names.Order(StringComparer.Ordinal).ToList(),
                },
            ]);
            if (parsed.GetValue(compose) is { } path) Write("", path, "the services' service.yaml", [ComposeFile.Of(services)]);
            parsed.InvocationConfiguration.Output.WriteLine($"manifest: wrote {names.Count} InferenceServices to {directory}");
        });
        return command;
    }

    private static void Write(string directory, string name, string origin, IReadOnlyList<Dictionary<string, object?>> documents)
        => File.WriteAllText(Path.Combine(directory, name), $"# Made by `isvc manifest` from {origin}: change that, not this.\n{string.Join("---\n", documents.Select(YamlMap.Write))}");
}
