using System.Text.RegularExpressions;
using InferenceServices.ModelTools.Manifests;

namespace InferenceServices.ModelTools.Up;

/// <summary>Our runtime for ONNX files, out of deploy/runtimes.</summary>
internal static partial class ServingRuntime
{
    /// <summary>The container of the runtime for a model.</summary>
    /// <param name="model">Of an InferenceService's predictor.</param>
    /// <exception cref="ModelFileException">The runtime serves no such model.</exception>
    public static YamlMap For(YamlMap model)
    {
        var runtime = Resource("inference-services-onnx.yaml");
        var (name, spec) = (runtime.Map("metadata").Text("name"), runtime.Map("spec"));
        if (model.Text("runtime") is { } asked && asked != name) throw model.Wrong($"runtime {asked} is not here; the one that is here is {name}");
        var format = model.Map("modelFormat").Text("name") ?? throw model.Wrong("modelFormat.name is missing");
        var formats = spec.Maps("supportedModelFormats");
        if (!formats.Any(supported => supported.Text("name") == format && (model.Map("modelFormat").Text("version") is not { } version || supported.Text("version") == version)))
            throw model.Wrong($"{name} serves {string.Join(", ", formats.Select(supported => supported.Text("name")))}, not {format} {model.Map("modelFormat").Text("version")}");
        var protocol = model.Text("protocolVersion") ?? "v1";
        if (!spec.Texts("protocolVersions").Contains(protocol)) throw model.Wrong($"protocolVersion should be one of {string.Join(", ", spec.Texts("protocolVersions"))}, got {protocol}");
        return spec.Maps("containers").Single();
    }

    /// <summary>One of deploy/runtimes, which are part of this program.</summary>
    public static YamlMap Resource(string name)
    {
        using var reader = new StreamReader(typeof(ServingRuntime).Assembly.GetManifestResourceStream(name)!);
        return YamlMap.Parse(name, reader.ReadToEnd()).Single();
    }

    /// <summary>A container with its Go templates filled in, which use nothing but fields of the InferenceService's metadata.</summary>
    /// <exception cref="ModelFileException">They use something else.</exception>
    public static YamlMap Expanded(YamlMap container, YamlMap metadata)
        => container.Select(text => Template().Replace(text, match => match.Groups[1].Value.Split('.') switch
        {
            ["Name"] => metadata.Text("name") ?? "",
            ["Namespace"] => metadata.Text("namespace") ?? Controller.DefaultNamespace,
            ["Labels", var key] => metadata.Map("labels").Text(key) ?? "",
            ["Annotations", var key] => metadata.Map("annotations").Text(key) ?? "",
            _ => throw container.Wrong($"the template {match.Value} is not known"),
        }));

    [GeneratedRegex(@"\{\{\s*\.([\w.]+)\s*\}\}")]
    private static partial Regex Template();
}
