using Google.Protobuf;
using InferenceServices.Onnx;
using InferenceServices.Testing;

namespace InferenceServices.Explanations.Tests;

public sealed class ModelClassesTests
{
    [Fact]
    public void Names_are_those_of_the_classifier()
    {
        Assert.Equal(["setosa", "virginica"], Read(Node("LinearClassifier", Strings("setosa", "virginica"))));
        Assert.Equal(["3", "5"], Read(Node("SVMClassifier", Integers("classlabels_ints", 3, 5))));
        Assert.Equal(["0", "1"], Read(Node("TreeEnsembleClassifier", Integers("classlabels_int64s", 0, 1)), Node("ZipMap", Integers("classlabels_int64s", 0, 1))));
        Assert.Null(Read(Node("Scaler")));
        Assert.Null(Read(Node("LinearClassifier", Strings("a", "b")), Node("LinearClassifier", Strings("c", "d"))));
    }

    private static IReadOnlyList<string>? Read(params NodeProto[] nodes)
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "model.onnx");
        File.WriteAllBytes(path, new ModelProto { IrVersion = 8, Graph = new GraphProto { Node = { nodes } } }.ToByteArray());
        return ModelClasses.Read(path);
    }

    private static NodeProto Node(string type, params AttributeProto[] attributes) => new() { OpType = type, Domain = "ai.onnx.ml", Attribute = { attributes } };

    private static AttributeProto Strings(params string[] names)
        => new() { Name = "classlabels_strings", Type = AttributeProto.Types.AttributeType.Strings, Strings = { names.Select(ByteString.CopyFromUtf8) } };

    private static AttributeProto Integers(string name, params long[] values) => new() { Name = name, Type = AttributeProto.Types.AttributeType.Ints, Ints = { values } };
}
