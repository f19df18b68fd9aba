using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Serving;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;
using InferenceServices.Explanations.Tabular;

namespace InferenceServices.Explanations.Tests.Tabular;

public sealed class FeatureTableTests
{
    [Fact]
    public void Tensors_convert_to_rows_and_back()
    {
        using var request = new InferRequest
        {
            Inputs =
            [
                new InferInput("a", Tensor.Of<float>(Datatype.Fp32, new Shape(2, 2), [1.5f, float.NaN, 3, 4])),
                new InferInput("b", Tensor.Of<long>(Datatype.Int64, new Shape(2, 1), [7, -8])),
                new InferInput("c", Tensor.Of<byte>(Datatype.Bool, new Shape(2), [1, 0])),
            ],
        };

        var table = FeatureTable.Of(request, null, maxRows: 1_000);

        Assert.Equal((2, 4), (table.RowCount, table.Width));
        Assert.Equal([1.5, double.NaN, 7, 1, 3, 4, -8, 0], table.Values);
        Assert.Equal(["a[0]", "a[1]", "b", "c"], table.Features.Select(feature => feature.Name));
        using var again = table.ToRequest(table.Values);
        Assert.Equal(request.Inputs.Select(input => (input.Name, input.Tensor.Datatype, input.Tensor.Shape)), again.Inputs.Select(input => (input.Name, input.Tensor.Datatype, input.Tensor.Shape)));
        for (var index = 0; index < 3; index++) Assert.Equal(request.Inputs[index].Tensor.Bytes, again.Inputs[index].Tensor.Bytes);
    }

    [Fact]
    public void Features_have_the_names_of_the_service()
    {
        using var request = InferRequest.Of("features", Tensor.Of<float>(Datatype.Fp32, new Shape(1, 2), [1, 2]));

        Assert.Equal(["x", "y"], FeatureTable.Of(request, [new TabularFeature("x", "m", false), new TabularFeature("y", "", true)], maxRows: 1_000).Features.Select(feature => feature.Name));
    }

    [Fact]
    public void Text_and_different_row_counts_are_rejected()
    {
        using var different = new InferRequest
        {
            Inputs = [new InferInput("a", Tensor.Of<float>(Datatype.Fp32, new Shape(1, 1), [1])), new InferInput("b", Tensor.Of<float>(Datatype.Fp32, new Shape(2, 1), [1, 2]))],
        };
        using var builder = new TensorBuilder(Datatype.Bytes, 1);
        builder.AppendBytes("text"u8);
        using var text = InferRequest.Of("t", builder.Build(new Shape(1)));

        Assert.Equal("Expected all inputs to have the same number of rows, got 1 of 'a' and 2 of 'b'.", Assert.Throws<InvalidInputException>(() => FeatureTable.Of(different, null, maxRows: 1_000)).Message);
        Assert.Contains("'t' is BYTES", Assert.Throws<NotSupportedByModelException>(() => FeatureTable.Of(text, null, maxRows: 1_000)).Message, StringComparison.Ordinal);
    }
}
