using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;
using InferenceServices.Inference.Execution;

namespace InferenceServices.Inference.Tests.Execution;

/// <summary>Generated inputs of warm-up and batching probe.</summary>
public sealed class TrialRequestTests
{
    [Fact]
    public void Lengths_of_images_and_audio_are_tried_if_a_later_axis_is_dynamic()
        => Assert.Equal([1L, 32L, 512L, 256L], TrialRequest.LengthsFor([Input(-1, 3, -1, -1)]));

    [Fact]
    public void Fixed_axes_after_the_first_have_one_length()
        => Assert.Equal([1L], TrialRequest.LengthsFor([Input(-1, 4), Input(), Input(-1)]));

    [Fact]
    public void An_input_of_gigabytes_is_not_generated()
    {
        Assert.Empty(TrialRequest.LengthsFor([Input(600_000_000)]));
        Assert.Empty(TrialRequest.LengthsFor([Input(long.MaxValue, long.MaxValue)]));
    }

    [Fact]
    public void A_length_that_makes_inputs_too_large_is_left_out()
        => Assert.Equal([1L, 32L], TrialRequest.LengthsFor([Input(-1, -1, -1, -1, -1)]));

    [Fact]
    public void Rows_of_a_batch_are_the_rows_of_single_requests()
    {
        TensorMetadata[] inputs = [Input(-1, 3)];
        using var batch = TrialRequest.Create(inputs, 1, 0, 2);
        using var first = TrialRequest.Create(inputs, 1, 0, 1);
        using var second = TrialRequest.Create(inputs, 1, 1, 1);
        Assert.Equal(new Shape(2, 3), batch.Inputs[0].Tensor.Shape);
        Assert.Equal([.. first.Inputs[0].Tensor.Bytes, .. second.Inputs[0].Tensor.Bytes], batch.Inputs[0].Tensor.Bytes.ToArray());
        Assert.NotEqual(first.Inputs[0].Tensor.Bytes.ToArray(), second.Inputs[0].Tensor.Bytes.ToArray());
    }

    [Fact]
    public void The_state_of_a_recurrent_network_has_the_rows_of_the_other_inputs()
    {
        using var request = TrialRequest.Create([Input(-1, -1), Input(2, -1, 128)], 256, 0, 1);

        Assert.Equal([new Shape(1, 256), new Shape(2, 1, 128)], request.Inputs.Select(input => input.Tensor.Shape));
    }

    [Fact]
    public void Generated_inputs_are_not_empty_and_have_no_extreme_values()
    {
        foreach (var datatype in new[] { Datatype.Int32, Datatype.Int64, Datatype.Fp32, Datatype.Fp64 })
            foreach (var row in Enumerable.Range(0, 3))
            {
                TensorMetadata[] inputs = [new("length", datatype, new Shape([])), new("x", datatype, new Shape(-1, -1))];
                using var request = TrialRequest.Create(inputs, 1, row, 1);
                using var rows = TrialRequest.Create(inputs, 32, row, 2);
                foreach (var tensor in request.Inputs.Concat(rows.Inputs).Select(input => input.Tensor))
                {
                    Assert.DoesNotContain(0L, tensor.Shape.ToArray());
                    Assert.All(NumbersOf(tensor), number => Assert.True(datatype is Datatype.Int32 or Datatype.Int64 ? number is 0 or 1 : Math.Abs(number) <= 10, $"{number}"));
                }
                if (row == 0) Assert.All(request.Inputs, input => Assert.NotEqual(0, NumbersOf(input.Tensor).Single()));
            }
    }

    private static double[] NumbersOf(Tensor tensor) => tensor.Datatype switch
    {
        Datatype.Int32 => [.. tensor.Values<int>().ToArray().Select(value => (double)value)],
        Datatype.Int64 => [.. tensor.Values<long>().ToArray().Select(value => (double)value)],
        Datatype.Fp32 => [.. tensor.Values<float>().ToArray().Select(value => (double)value)],
        _ => tensor.Values<double>().ToArray(),
    };

    private static TensorMetadata Input(params long[] dims) => new("x", Datatype.Fp32, new Shape(dims));
}
