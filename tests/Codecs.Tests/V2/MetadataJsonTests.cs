using System.Text;
using InferenceServices.Codecs.V2;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Codecs.Tests.V2;

public sealed class MetadataJsonTests
{
    private const string Written = """
        {"name":"m","versions":["1","2"],"platform":"onnxruntime_onnx","inputs":[{"name":"x","datatype":"FP32","shape":[-1,4]}],"outputs":[{"name":"y","datatype":"BYTES","shape":[]}]}
        """;

    private static readonly ModelMetadata Model = new(
        "m", ["1", "2"], "onnxruntime_onnx", [new("x", Datatype.Fp32, new(-1, 4))], [new("y", Datatype.Bytes, new())]);

    [Fact]
    public void Metadata_has_the_fields_of_the_protocol() => Assert.Equal(Written, Json.Written(writer => MetadataJson.Write(writer, Model)));

    [Fact]
    public void Metadata_is_read_as_it_was_written()
    {
        var model = Read(Written);

        Assert.Equal((Model.Name, Model.Platform), (model.Name, model.Platform));
        Assert.Equal(Model.Versions, model.Versions);
        Assert.Equal(Model.Inputs, model.Inputs);
        Assert.Equal(Model.Outputs, model.Outputs);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"versions\":null,")]
    public void Versions_are_optional(string versions)
        => Assert.Empty(Read($$"""{"name":"m",{{versions}}"platform":"p","inputs":[],"outputs":[]}""").Versions);

    [Fact]
    public void A_tensor_of_an_unknown_datatype_is_ignored()
        => Assert.Empty(Read("""{"name":"m","platform":"p","inputs":[{"name":"x","datatype":"COMPLEX","shape":[1]}],"outputs":[]}""").Inputs);

    private static ModelMetadata Read(string json) => MetadataJson.Read(Encoding.UTF8.GetBytes(json));
}
