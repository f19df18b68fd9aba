using Google.Protobuf;

namespace InferenceServices.Onnx.Tests;

public sealed class NodeAttributesTests
{
    [Fact]
    public void Absent_attributes_are_empty_or_the_default()
    {
        var attributes = new NodeAttributes(new NodeProto());

        Assert.Equal(3, attributes.Integer("n", 3));
        Assert.Equal("SUM", attributes.Text("function", "SUM"));
        Assert.Empty(attributes.Integers("n"));
        Assert.Empty(attributes.Texts("n"));
        Assert.Empty(attributes.Numbers("n"));
    }

    [Fact]
    public void Numbers_are_read_from_each_form()
    {
        var node = new NodeProto();
        node.Attribute.Add(new AttributeProto { Name = "list", Floats = { 1.5f, 2 } });
        node.Attribute.Add(new AttributeProto { Name = "tensor", T = Tensor(OnnxDatatype.Fp64, BitConverter.GetBytes(1.5), BitConverter.GetBytes(2.0)) });
        node.Attribute.Add(new AttributeProto { Name = "halves_as_tensor", T = Tensor(OnnxDatatype.Fp16, BitConverter.GetBytes((Half)1.5), BitConverter.GetBytes((Half)2)) });
        node.Attribute.Add(new AttributeProto { Name = "bytes", T = Tensor(OnnxDatatype.Uint8, [1], [255]) });
        var attributes = new NodeAttributes(node);

        Assert.All(["list", "tensor", "halves"], name => Assert.Equal([1.5, 2], attributes.Numbers(name)));
        Assert.Equal([1, 255], attributes.Numbers("bytes"));
    }

    [Fact]
    public void Other_element_types_and_external_data_are_rejected()
    {
        var node = new NodeProto();
        node.Attribute.Add(new AttributeProto { Name = "integers", T = Tensor(OnnxDatatype.Int64, new byte[8]) });
        node.Attribute.Add(new AttributeProto { Name = "external", T = new() { DataType = OnnxDatatype.Fp32, DataLocation = TensorProto.Types.DataLocation.External } });
        var attributes = new NodeAttributes(node);

        Assert.Contains("element type 7", Assert.Throws<NotSupportedException>(() => attributes.Numbers("integers")).Message, StringComparison.Ordinal);
        Assert.Contains("outside", Assert.Throws<NotSupportedException>(() => attributes.Numbers("external")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(OnnxDatatype.Fp32, "FP32", 4)]
    [InlineData(OnnxDatatype.Int64, "INT64", 8)]
    [InlineData(OnnxDatatype.String, "BYTES", 0)]
    [InlineData(99, "(type 99)", 0)]
    public void A_datatype_has_a_name_and_a_size(int dataType, string name, int size)
    {
        Assert.Equal(name, OnnxDatatype.NameOf(dataType));
        Assert.Equal(size, OnnxDatatype.SizeOf(dataType));
    }

    private static TensorProto Tensor(int dataType, params byte[][] elements)
        => new() { DataType = dataType, Dims = { elements.Length }, RawData = ByteString.CopyFrom(elements.SelectMany(element => element).ToArray()) };
}
