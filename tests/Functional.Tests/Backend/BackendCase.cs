using System.Globalization;
using System.Text.RegularExpressions;
using InferenceServices.Functional.Tests.Tensors;
using InferenceServices.Onnx;

namespace InferenceServices.Functional.Tests.Backend;

/// <summary>A case of ONNX's backend tests: a model with inputs and the expected outputs.</summary>
/// <param name="Name">Folder of the case; also the name of the served model.</param>
/// <param name="ModelPath">The <c>.onnx</c> file.</param>
/// <param name="Inputs">Inputs in graph order; null if the protocol cannot carry one of them.</param>
/// <param name="Outputs">Expected outputs in graph order; null if the protocol cannot carry one of them.</param>
internal sealed partial record BackendCase(string Name, string ModelPath, WireTensor[]? Inputs, WireTensor[]? Outputs)
{
    /// <summary>Folder of Debian's package libonnx-testdata.</summary>
    public const string DataFolder = "/usr/share/libonnx-testdata/data";

    /// <summary>Reason for skipped tests.</summary>
    public const string DataMissing = "ONNX's test data is missing: tests/OnnxData/ensure installs libonnx-testdata.";

    private static readonly string[] Groups = ["node", "pytorch-operator", "pytorch-converted", "simple"];

    public static bool HasData => Directory.Exists(DataFolder);

    /// <summary>Reads all cases, sorted.</summary>
    public static BackendCase[] ReadAll()
        => [.. Groups.SelectMany(group => Directory.GetDirectories(Path.Combine(DataFolder, group)))
            .Where(folder => File.Exists(Path.Combine(folder, "model.onnx")))
            .Order(StringComparer.Ordinal)
            .Select(Read)];

    private static BackendCase Read(string folder)
    {
        var path = Path.Combine(folder, "model.onnx");
        var graph = OnnxFile.Read(path).Graph;
        return new BackendCase(Path.GetFileName(folder), path, Read(folder, "input", [.. GraphReader.RequiredInputs(graph)]), Read(folder, "output", [.. graph.Output]));
    }

    private static WireTensor[]? Read(string folder, string kind, ValueInfoProto[] declared)
    {
        if (declared.Any(value => value.Type.ValueCase != TypeProto.ValueOneofCase.TensorType)) return null;
        var files = Directory.GetFiles(Path.Combine(folder, "test_data_set_0"), $"{kind}_*.pb").OrderBy(NumberOf).ToArray();
        var tensors = files.Zip(declared, (file, value) => WireTensor.Of(TensorProto.Parser.ParseFrom(File.ReadAllBytes(file)), value.Name)).ToArray();
        return tensors.Length == declared.Length && tensors.All(tensor => tensor is not null) ? [.. tensors.OfType<WireTensor>()] : null;
    }

    private static int NumberOf(string file) => int.Parse(Digits().Match(Path.GetFileName(file)).Value, CultureInfo.InvariantCulture);

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Digits();
}
