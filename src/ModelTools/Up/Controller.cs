using System.Text.RegularExpressions;
using InferenceServices.ModelTools.Manifests;

namespace InferenceServices.ModelTools.Up;

/// <summary>What KServe's controller makes of an InferenceService.</summary>
/// <remarks>KServe, <c>pkg/apis/serving/v1beta1/{predictor,transformer,explainer}_custom.go</c> and the merge of serving runtimes.</remarks>
internal static partial class Controller
{
    internal const string DefaultNamespace = "default";

    private const string HttpPort = "8080";

    private const string TransformerContainer = "transformer-container";

    /// <summary>The containers of an InferenceService.</summary>
    /// <param name="service">The manifest.</param>
    /// <param name="overrides">Variables that are to have another value here.</param>
    /// <exception cref="ModelFileException">It is not one, or has what cannot be run here.</exception>
    public static IReadOnlyList<Container> Plan(YamlMap service, IReadOnlyDictionary<string, string> overrides)
    {
        var metadata = service.Map("metadata");
        var name = metadata.Text("name") ?? throw service.Wrong("metadata.name is missing");
        var spec = service.Map("spec");
        if (!spec.Has("predictor")) throw service.Wrong("spec.predictor is missing");
        var predictorHost = $"{name}-predictor.{metadata.Text("namespace") ?? DefaultNamespace}";

        var containers = PredictorPod(metadata, spec.Map("predictor"), overrides);
        if (spec.Has("transformer") && containers.Count > 1) throw service.Wrong($"a transformer is both in spec.transformer and, as {TransformerContainer}, in spec.predictor");
        if (spec.Has("transformer")) containers.Add(Custom("transformer", name, predictorHost, spec.Map("transformer"), overrides));
        if (spec.Has("explainer")) containers.Add(Custom("explainer", name, predictorHost, spec.Map("explainer"), overrides));
        return containers;
    }

    /// <summary>The InferenceService of a file's documents.</summary>
    /// <exception cref="ModelFileException">There is none, or none of that name, or a choice is to be made.</exception>
    public static YamlMap Find(string path, string? name)
    {
        var services = YamlMap.Read(path).Where(document => document.Text("kind") == "InferenceService").ToList();
        var names = services.Select(service => service.Map("metadata").Text("name")).ToList();
        if (services.Count == 0) throw new ModelFileException($"{path} holds no InferenceService.");
        if (name is null && services.Count > 1) throw new ModelFileException($"{path} holds {string.Join(", ", names)}; --name says which.");
        return name is null ? services[0]
            : services.Find(service => service.Map("metadata").Text("name") == name) ?? throw new ModelFileException($"{path} holds {string.Join(", ", names)}, and no {name}.");
    }

    // The transformer may be in the predictor's pod; then it takes the pod's requests, and is told nothing by the controller.
    private static List<Container> PredictorPod(YamlMap metadata, YamlMap spec, IReadOnlyDictionary<string, string> overrides)
    {
        var given = spec.Maps("containers");
        var transformers = given.Where(container => container.Text("name") == TransformerContainer).ToList();
        var others = given.Except(transformers).ToList();
        // The containers of this pod are told what they are part of, and no others.
        overrides = new Dictionary<string, string>(overrides.Append(new("INFERENCE_SERVICE_NAME", metadata.Text("name")!)).DistinctBy(variable => variable.Key));
        var predictor = (ModelOf(spec), others) switch
        {
            ({ } model, []) => Model(metadata, spec, model, overrides),
            (null, [var only]) => Build("predictor", only, only.Texts("args"), only.Maps("env"), ModelsOf(spec, null), overrides),
            _ => throw spec.Wrong($"it should have one container, or a model, and beside it none but a {TransformerContainer}; other containers in a pod are not run here"),
        };
        return [predictor, .. transformers.Select(container => Build("transformer", container, container.Texts("args"), container.Maps("env"), predictor.Models, overrides))];
    }

    // predictor.onnx is the older way to name the format, and means V2.
    private static YamlMap? ModelOf(YamlMap spec)
        => spec.Has("model") ? spec.Map("model")
        : spec.Has("onnx") ? YamlMap.Parse(spec.Path, "{modelFormat: {name: onnx}, protocolVersion: v2}")[0].With(spec.Map("onnx"))
        : null;

    private static Container Model(YamlMap metadata, YamlMap spec, YamlMap model, IReadOnlyDictionary<string, string> overrides)
    {
        var runtime = ServingRuntime.Expanded(ServingRuntime.For(model), metadata);
        var own = ServingRuntime.Expanded(model, metadata);
        // Arguments and variables follow one another, and the last one wins; of everything else the manifest's replaces the runtime's.
        var container = Build("predictor", runtime.With(own), [.. runtime.Texts("args"), .. own.Texts("args")], [.. runtime.Maps("env"), .. own.Maps("env")], ModelsOf(spec, StorageUriOf(model)), overrides);
        return model.Text("runtimeVersion") is { } version ? container with { Image = $"{Tag().Replace(container.Image, "")}:{version}" } : container;
    }

    // A component's own list, or the one address.
    private static List<StoredModel> ModelsOf(YamlMap spec, string? storageUri)
    {
        var several = spec.Maps("storageUris").Select(entry => new StoredModel(entry.Text("uri") ?? throw entry.Wrong("uri is missing"), (entry.Text("mountPath") ?? Container.ModelDirectory).TrimEnd('/'))).ToList();
        if (several.Count == 0) return storageUri is null ? [] : [new(storageUri, Container.ModelDirectory)];
        if (storageUri is not null) throw spec.Wrong("it has storageUris beside storageUri or storage; KServe takes one of them");
        if (several.Find(model => !model.Path.StartsWith('/')) is { } wrong) throw spec.Wrong($"mountPath should be absolute, got '{wrong.Path}'");
        if (several.DistinctBy(model => model.Path.Split('/')[1]).Count() > 1) throw spec.Wrong("its mountPaths have no folder in common, below which KServe mounts them");
        return several;
    }

    /// <summary>An address, or a path in a bucket that the cluster's secret <c>storage-config</c> names; the storage-initializer fills that in.</summary>
    private static string? StorageUriOf(YamlMap model)
    {
        if (model.Text("storageUri") is { } uri || !model.Has("storage")) return model.Text("storageUri");
        var (storage, parameters) = (model.Map("storage"), model.Map("storage").Map("parameters"));
        return $"{parameters.Text("type") ?? "<scheme-placeholder>"}://{parameters.Text("bucket") ?? "<bucket-placeholder>"}/{storage.Text("path")?.TrimStart('/')}";
    }

    private static Container Custom(string component, string name, string predictorHost, YamlMap spec, IReadOnlyDictionary<string, string> overrides)
    {
        var container = spec.Maps("containers") is [var only] ? only : throw spec.Wrong("it should have one container; several in a pod are not run here");
        var given = container.Texts("args");
        var added = new List<string>();
        // The controller looks for the beginning of an argument, so --predictor_host= counts as given.
        bool Lacks(string argument) => !given.Any(arg => arg.StartsWith(argument, StringComparison.Ordinal));
        if (Lacks("--model_name")) added.AddRange(["--model_name", name]);
        if (Lacks("--predictor_host")) added.AddRange(["--predictor_host", predictorHost]);
        if (component == "explainer" || Lacks("--http_port")) added.AddRange(["--http_port", HttpPort]);
        if (spec.Text("containerConcurrency") is { } concurrency && Lacks("--workers")) added.AddRange(["--workers", concurrency]);
        return Build(component, container, [.. given, .. added], container.Maps("env"), ModelsOf(spec, null), overrides);
    }

    private static Container Build(
        string component, YamlMap container, IReadOnlyList<string> args, IReadOnlyList<YamlMap> variables, IReadOnlyList<StoredModel> models, IReadOnlyDictionary<string, string> overrides)
    {
        if (container.Has("command")) throw container.Wrong("a command of its own is not run here, only images with an entrypoint");
        var environment = new Dictionary<string, string>();
        foreach (var variable in variables)
        {
            var name = variable.Text("name") ?? throw variable.Wrong("a variable needs a name");
            if (variable.Has("valueFrom") && !overrides.ContainsKey(name)) throw variable.Wrong($"{name} comes from the cluster; give it here with --env {name}=VALUE");
            environment[name] = overrides.GetValueOrDefault(name) ?? Resolved(variable.Text("value") ?? "");
        }
        foreach (var (name, value) in overrides) environment[name] = value;
        return new Container(
            component,
            container.Text("image") ?? throw container.Wrong("image is missing"),
            [.. args.Select(Resolved)],
            environment,
            models.Count == 0 && environment.GetValueOrDefault("STORAGE_URI") is { } uri ? [new StoredModel(uri, Container.ModelDirectory)] : models,
            Readiness.Of(container),
            Hardening.Of(container));

        // As Kubernetes does, of what stands before; what is not known stays as it is.
        string Resolved(string text) => Reference().Replace(text, match => environment.GetValueOrDefault(match.Groups[1].Value, match.Value));
    }

    [GeneratedRegex(@"\$\(([A-Za-z_]\w*)\)")]
    private static partial Regex Reference();

    [GeneratedRegex(@":[\w.-]*$")]
    private static partial Regex Tag();
}
