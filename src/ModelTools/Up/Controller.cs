using System.Text.RegularExpressions;
using InferenceServices.ModelTools.Manifests;

namespace InferenceServices.ModelTools.Up;

/// <summary>Plans the containers of an InferenceService as KServe's controller does.</summary>
/// <remarks>KServe, <c>pkg/apis/serving/v1beta1/{predictor,transformer,explainer}_custom.go</c> and the merge of serving runtimes.</remarks>
internal static partial class Controller
{
    internal const string DefaultNamespace = "default";

    private const string HttpPort = "8080";

    private const string TransformerContainer = "transformer-container";

    /// <summary>Returns the containers of an InferenceService.</summary>
    /// <param name="service">The manifest.</param>
    /// <param name="overrides">Environment variables that replace those of the manifest.</param>
    /// <exception cref="ModelFileException">The manifest is invalid, or needs a feature that is not supported locally.</exception>
    public static IReadOnlyList<Container> Plan(YamlMap service, IReadOnlyDictionary<string, string> overrides)
    {
        var metadata = service.Map("metadata");
        var name = metadata.Text("name") ?? throw service.Invalid("metadata.name is missing");
        var spec = service.Map("spec");
        if (!spec.Has("predictor")) throw service.Invalid("spec.predictor is missing");
        var predictorHost = $"{name}-predictor.{metadata.Text("namespace") ?? DefaultNamespace}";

        var containers = PredictorPod(metadata, spec.Map("predictor"), overrides);
        if (spec.Has("transformer") && containers.Count > 1) throw service.Invalid($"a transformer is both in spec.transformer and, as {TransformerContainer}, in spec.predictor");
        if (spec.Has("transformer")) containers.Add(Custom("transformer", name, predictorHost, spec.Map("transformer"), overrides));
        if (spec.Has("explainer")) containers.Add(Custom("explainer", name, predictorHost, spec.Map("explainer"), overrides));
        return containers;
    }

    /// <summary>Returns an InferenceService of a file.</summary>
    /// <exception cref="ModelFileException">The file has no InferenceService of this name, or has several and <paramref name="name"/> is null.</exception>
    public static YamlMap Find(string path, string? name)
    {
        var services = YamlMap.Read(path).Where(document => document.Text("kind") == "InferenceService").ToList();
        var names = services.Select(service => service.Map("metadata").Text("name")).ToList();
        if (services.Count == 0) throw new ModelFileException($"{path} has no InferenceService.");
        if (name is null && services.Count > 1) throw new ModelFileException($"{path} has {string.Join(", ", names)}; select one with --name.");
        return name is null ? services[0]
            : services.Find(service => service.Map("metadata").Text("name") == name) ?? throw new ModelFileException($"{path} has {string.Join(", ", names)}, but not {name}.");
    }

    // A transformer in the predictor's pod receives the pod's requests; the controller adds no arguments to it.
    private static List<Container> PredictorPod(YamlMap metadata, YamlMap spec, IReadOnlyDictionary<string, string> overrides)
    {
        var containers = spec.Maps("containers");
        var transformers = containers.Where(container => container.Text("name") == TransformerContainer).ToList();
        var others = containers.Except(transformers).ToList();
        // The controller sets INFERENCE_SERVICE_NAME in the predictor's pod only.
        overrides = new Dictionary<string, string>(overrides.Append(new("INFERENCE_SERVICE_NAME", metadata.Text("name")!)).DistinctBy(variable => variable.Key));
        var predictor = (ModelOf(spec), others) switch
        {
            ({ } model, []) => Model(metadata, spec, model, overrides),
            (null, [var only]) => Build("predictor", only, only.Texts("args"), only.Maps("env"), ModelsOf(spec, null), overrides),
            _ => throw spec.Invalid($"it should have one container or a model, and optionally a {TransformerContainer}; other containers in a pod are not supported"),
        };
        return [predictor, .. transformers.Select(container => Build("transformer", container, container.Texts("args"), container.Maps("env"), predictor.Models, overrides))];
    }

    // predictor.onnx is the older syntax for the format; it implies V2.
    private static YamlMap? ModelOf(YamlMap spec)
        => spec.Has("model") ? spec.Map("model")
        : spec.Has("onnx") ? YamlMap.Parse(spec.Path, "{modelFormat: {name: onnx}, protocolVersion: v2}")[0].MergeWith(spec.Map("onnx"))
        : null;

    private static Container Model(YamlMap metadata, YamlMap spec, YamlMap model, IReadOnlyDictionary<string, string> overrides)
    {
        var runtime = ServingRuntime.ExpandTemplates(ServingRuntime.For(model), metadata);
        var own = ServingRuntime.ExpandTemplates(model, metadata);
        // Arguments and variables are concatenated and the last value wins; all other fields of the manifest replace those of the runtime.
        var container = Build("predictor", runtime.MergeWith(own), [.. runtime.Texts("args"), .. own.Texts("args")], [.. runtime.Maps("env"), .. own.Maps("env")], ModelsOf(spec, StorageUriOf(model)), overrides);
        return model.Text("runtimeVersion") is { } version ? container with { Image = $"{Tag().Replace(container.Image, "")}:{version}" } : container;
    }

    // Either storageUris, or the single storageUri.
    private static List<StoredModel> ModelsOf(YamlMap spec, string? storageUri)
    {
        var several = spec.Maps("storageUris").Select(entry => new StoredModel(entry.Text("uri") ?? throw entry.Invalid("uri is missing"), (entry.Text("mountPath") ?? Container.ModelDirectory).TrimEnd('/'))).ToList();
        if (several.Count == 0) return storageUri is null ? [] : [new(storageUri, Container.ModelDirectory)];
        if (storageUri is not null) throw spec.Invalid("it has storageUris beside storageUri or storage; KServe accepts only one of them");
        if (several.Find(model => !model.Path.StartsWith('/')) is { } relative) throw spec.Invalid($"mountPath should be absolute, got '{relative.Path}'");
        if (several.DistinctBy(model => model.Path.Split('/')[1]).Count() > 1) throw spec.Invalid("its mountPaths have no common parent folder, which KServe needs for the mount");
        return several;
    }

    /// <summary>Returns the model's address. For a path in a bucket of the secret <c>storage-config</c>, the address has placeholders that the storage-initializer replaces.</summary>
    private static string? StorageUriOf(YamlMap model)
    {
        if (model.Text("storageUri") is { } uri || !model.Has("storage")) return model.Text("storageUri");
        var (storage, parameters) = (model.Map("storage"), model.Map("storage").Map("parameters"));
        return $"{parameters.Text("type") ?? "<scheme-placeholder>"}://{parameters.Text("bucket") ?? "<bucket-placeholder>"}/{storage.Text("path")?.TrimStart('/')}";
    }

    private static Container Custom(string component, string name, string predictorHost, YamlMap spec, IReadOnlyDictionary<string, string> overrides)
    {
        var container = spec.Maps("containers") is [var only] ? only : throw spec.Invalid("it should have one container; several in a pod are not supported");
        var args = container.Texts("args");
        var added = new List<string>();
        // The controller compares the start of an argument, so --predictor_host= counts as present.
        bool Lacks(string argument) => !args.Any(arg => arg.StartsWith(argument, StringComparison.Ordinal));
        if (Lacks("--model_name")) added.AddRange(["--model_name", name]);
        if (Lacks("--predictor_host")) added.AddRange(["--predictor_host", predictorHost]);
        if (component == "explainer" || Lacks("--http_port")) added.AddRange(["--http_port", HttpPort]);
        if (spec.Text("containerConcurrency") is { } concurrency && Lacks("--workers")) added.AddRange(["--workers", concurrency]);
        return Build(component, container, [.. args, .. added], container.Maps("env"), ModelsOf(spec, null), overrides);
    }

    private static Container Build(
        string component, YamlMap container, IReadOnlyList<string> args, IReadOnlyList<YamlMap> variables, IReadOnlyList<StoredModel> models, IReadOnlyDictionary<string, string> overrides)
    {
        if (container.Has("command")) throw container.Invalid("command is not supported; the image needs an entrypoint");
        var environment = new Dictionary<string, string>();
        foreach (var variable in variables)
        {
            var name = variable.Text("name") ?? throw variable.Invalid("a variable has no name");
            if (variable.Has("valueFrom") && !overrides.ContainsKey(name)) throw variable.Invalid($"{name} comes from the cluster; set it with --env {name}=VALUE");
            environment[name] = overrides.GetValueOrDefault(name) ?? Resolve(variable.Text("value") ?? "");
        }
        foreach (var (name, value) in overrides) environment[name] = value;
        return new Container(
            component,
            container.Text("image") ?? throw container.Invalid("image is missing"),
            [.. args.Select(Resolve)],
            environment,
            models.Count == 0 && environment.GetValueOrDefault("STORAGE_URI") is { } uri ? [new StoredModel(uri, Container.ModelDirectory)] : models,
            Readiness.FromYaml(container),
            ContainerLimits.FromYaml(container));

        // As in Kubernetes: replaces references to variables defined before; unknown references stay unchanged.
        string Resolve(string text) => Reference().Replace(text, match => environment.GetValueOrDefault(match.Groups[1].Value, match.Value));
    }

    [GeneratedRegex(@"\$\(([A-Za-z_]\w*)\)")]
    private static partial Regex Reference();

    [GeneratedRegex(@":[\w.-]*$")]
    private static partial Regex Tag();
}
