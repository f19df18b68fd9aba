using InferenceServices.Contracts.Errors;
using InferenceServices.Inference.Execution;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace InferenceServices.Inference.Tests.Execution;

public sealed class OrtValueConverterTests
{
    [Theory]
    [InlineData(TensorElementType.UInt8, 3_000_000_000, 1)]
    [InlineData(TensorElementType.Float, 600_000_000, 4)]
    public void An_output_of_more_than_two_gigabytes_is_rejected(TensorElementType type, long elements, int size)
    {
        // The address is never read.
        using var value = OrtValue.CreateTensorValueWithData(OrtMemoryInfo.DefaultInstance, type, [elements], 1 << 20, elements * size);

        var error = Assert.Throws<InvalidInputException>(() => OrtValueConverter.ToTensor("y", value));

        Assert.Equal($"output 'y' has {elements} elements, more than a tensor of 2 GB can have; send fewer rows or smaller values", error.Message);
    }
}
