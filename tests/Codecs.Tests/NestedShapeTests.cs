using System.Text.Json;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Tensors;

namespace InferenceServices.Codecs.Tests;

public sealed class NestedShapeTests
{
    [Theory]
    [InlineData("7", "[]")]
    [InlineData("[]", "[0]")]
    [InlineData("[1,2,3]", "[3]")]
    [InlineData("[[1,2],[3,4],[5,6]]", "[3,2]")]
    [InlineData("[[[1],[2]]]", "[1,2,1]")]
    [InlineData("[[]]", "[1,0]")]
    [InlineData("[[],[]]", "[2,0]")]
    [InlineData("[[[],[]]]", "[1,2,0]")]
    public void The_shape_is_the_shape_of_the_nesting(string json, string shape) => Assert.Equal(shape, Read(json).ToString());

    [Theory]
    [InlineData("[[1,2],[3]]")]
    [InlineData("[[1],[2,3]]")]
    [InlineData("[1,[2]]")]
    [InlineData("[[1],2]")]
    [InlineData("[[1],[[2]]]")]
    [InlineData("[[[1]],[2]]")]
    [InlineData("[[],[1]]")]
    [InlineData("[[1],[]]")]
    [InlineData("[[],1]")]
    [InlineData("[[],[[]]]")]
    [InlineData("[[[]],[]]")]
    [InlineData("[[[1,2]],[[1],[2]]]")]
    [InlineData("[1,2,[],3]")]
    public void Ragged_arrays_are_rejected(string json)
    {
        var exception = Assert.Throws<InvalidInputException>(() => Read(json));

        Assert.StartsWith("instances should be rectangular: found ", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_error_has_the_expected_length()
    {
        var exception = Assert.Throws<InvalidInputException>(() => Read("[[1,2],[3,4,5]]"));

        Assert.Equal("instances should be rectangular: found an array of 3 where the first at this depth has 2", exception.Message);
    }

    [Fact]
    public void Nesting_over_the_maximum_rank_is_rejected()
    {
        Assert.Equal(32, Read(new string('[', 32) + "1" + new string(']', 32)).Rank);
        Assert.Throws<InvalidInputException>(() => Read(new string('[', 33) + "1" + new string(']', 33)));
    }

    private static Shape Read(string json)
    {
        var text = Json.Utf8(json);
        var reader = new Utf8JsonReader(text);
        reader.Read();
        var shape = new NestedShape("instances");
        using var builder = new TensorBuilder(Datatype.Int32, 1);
        TensorJsonReader.Read(ref reader, text, builder, shape, "instances", default);
        return shape.Complete();
    }
}
