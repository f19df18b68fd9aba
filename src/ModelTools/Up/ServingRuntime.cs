using System.Text.RegularExpressions;
using InferenceServices.ModelTools.Manifests;

namespace InferenceServices.ModelTools.Up;

/// <summary>The serving runtime for ONNX models of <c>deploy/runtimes</c>.</summary>
internal static partial class ServingRuntime
{
    /// <summary>Returns the runtime's container for a model.</summary>
    /// <param name="model">The <c>model</c> of an InferenceService's predictor.</param>
    /// <exception cref="ModelFileException">The runtime does not support the model.</exception>
    public static YamlMap For(YamlMap model)
    {
        var runtime = Resource("inference-services-onnx.yaml");
        var (name, spec) = (runtime.Map("metadata").Text("name"), runtime.Map("spec"));
        if (model.Text("runtime") is { } requested && requested != name) throw model.Invalid($"runtime {requested} is not available; the available runtime is {name}");
        var format = model.Map("modelFormat").Text("name") ?? throw model.Invalid("modelFormat.name is missing");
        var formats = spec.Maps("supportedModelFormats");
        if (!formats.Any(supported => supported.Text("name") == format && (model.Map("modelFormat").Text("version") is not { } version || supported.Text("version") == version)))
            throw model.Invalid($"{name} serves {string.Join(", ", formats.Select(supported => supported.Text("name")))}, not {format} {model.Map("modelFormat").Text("version")}");
        var protocol = model.Text("protocolVersion") ?? "v1";
        if (!spec.Texts("protocolVersions").Contains(protocol)) throw model.Invalid($"protocolVersion should be one of {string.Join(", ", spec.Texts("protocolVersions"))}, got {protocol}");
        return spec.Maps("containers").Single();
    }

    /// <summary>Returns a file of <c>deploy/runtimes</c>, which is embedded in this program.</summary>
    public static YamlMap Resource(string name)
    {
        using var reader = new StreamReader(typeof(ServingRuntime).Assembly.GetManifestResourceStream(name)!);
        return YamlMap.Parse(name, reader.ReadToEnd()).Single();
    }

    /// <summary>Expands the Go templates of a container; they may refer to fields of the InferenceService's metadata.</summary>
    /// <exception cref="ModelFileException">A template refers to another field.</exception>
    public static YamlMap ExpandTemplates(YamlMap container, YamlMap metadata)
        => container.ReplaceStrings(text => Template().Replace(text, match => match.Groups[1].Value.Split('.') switch
        {
            ["Name"] => metadata.Text("name") ?? "",
            ["Namespace"] => metadata.Text("namespace") ?? Controller.DefaultNamespace,
            ["Labels", var key] => metadata.Map("labels").Text(key) ?? "",
            ["Annotations", var key] => metadata.Map("annotations").Text(key) ?? "",
            _ => throw container.Invalid($"the template {match.Value} is not supported"),
        }));

    [GeneratedRegex(@"\{\{\s*\.([\w.]+)\s*\}\}")]
    private static partial Regex Template();
}
