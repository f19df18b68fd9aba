using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;
using Served = InferenceServices.ModelServer.Pipeline.Classification;

namespace InferenceServices.ModelServer.Tests.Pipeline;

public sealed class ClassificationTests
{
    [Fact]
    public void Each_row_of_a_batch_has_its_best_classes()
    {
        var answer = Classify(Tensor.Of<float>(Datatype.Fp32, new Shape(2, 3), [0.1f, 0.7f, 0.2f, 3, 1, 2]), 2, new Shape(-1, 3));

        Assert.Equal("[2,2]", answer.Shape.ToString());
        Assert.Equal(["0.700000:1", "0.200000:2", "3.000000:0", "2.000000:2"], Json.Texts(answer));
    }

    [Fact]
    public void At_most_all_classes_are_returned()
    {
        var answer = Classify(Tensor.Of<double>(Datatype.Fp64, new Shape(1, 2), [-1.5, 1e9]), 100, new Shape(-1, -1));

        Assert.Equal("[1,2]", answer.Shape.ToString());
        Assert.Equal(["1000000000.000000:1", "-1.500000:0"], Json.Texts(answer));
    }

    [Fact]
    public void An_output_without_a_batch_axis_has_classes_without_one()
    {
        var answer = Classify(Tensor.Of<int>(Datatype.Int32, new Shape(2, 2), [4, 9, -3, 9]), 3, new Shape(2, 2));

        Assert.Equal("[3]", answer.Shape.ToString());
        Assert.Equal(["9:1", "9:3", "4:0"], Json.Texts(answer));
    }

    [Fact]
    public void Labels_follow_the_index_if_they_exist()
    {
        var answer = Classify(Tensor.Of<float>(Datatype.Fp32, new Shape(1, 3), [1, 2, 3]), 3, new Shape(-1, 3), ["cat", "dog:brown"]);

        Assert.Equal(["3.000000:2", "2.000000:1:dog:brown", "1.000000:0:cat"], Json.Texts(answer));
    }

    [Fact]
    public void Non_finite_scores_have_the_format_of_C_and_NaN_is_last()
    {
        var answer = Classify(Tensor.Of<float>(Datatype.Fp32, new Shape(4), [float.NaN, float.NegativeInfinity, 0, float.PositiveInfinity]), 4, new Shape(-1));

        // The only axis is the batch axis: each row has one class.
        Assert.Equal("[4,1]", answer.Shape.ToString());
        Assert.Equal(["nan:0", "-inf:0", "0.000000:0", "inf:0"], Json.Texts(answer));
        Assert.Equal(
            ["inf:3", "0.000000:2", "-inf:1", "nan:0"],
            Json.Texts(Classify(Tensor.Of<float>(Datatype.Fp32, new Shape(4), [float.NaN, float.NegativeInfinity, 0, float.PositiveInfinity]), 4, new Shape(4))));
    }

    [Fact]
    public void An_output_without_rows_has_no_classes()
        => Assert.Equal("[0,0]", Classify(Tensor.Of<float>(Datatype.Fp32, new Shape(0, 3), []), 2, new Shape(-1, 3)).Shape.ToString());

    [Theory]
    [InlineData(Datatype.Fp16)]
    [InlineData(Datatype.Bf16)]
    public void Half_precision_cannot_be_classified(Datatype datatype)
        => Assert.Equal(
            $"class result not available for output 'y' due to unsupported type '{datatype.ToWire()}'",
            Assert.Throws<InvalidInputException>(() => Classify(Tensor.Of<short>(datatype, new Shape(1), [1]), 1, new Shape(1))).Message);

    [Fact]
    public void A_huge_tensor_is_rejected()
        => Assert.Throws<InvalidInputException>(() => Classify(Tensor.Rent(Datatype.Uint8, new Shape(1_000_001)), 1, new Shape(-1)));

    private static Tensor Classify(Tensor tensor, int classes, Shape declared, IReadOnlyList<string>? labels = null)
    {
        var request = new InferRequest { Inputs = [], Outputs = [new RequestedOutput("y") { Classification = classes }] };
        var response = new InferResponse { ModelName = "m", Outputs = [new InferOutput("y", tensor)] };
        var model = new ModelMetadata("m", ["1"], "", [], [new TensorMetadata("y", tensor.Datatype, declared, labels)]);
        return Served.Apply(request, response, model)["y"];
    }
}
