using InferenceServices.Contracts.Tensors;

namespace InferenceServices.Services.MyService;

/// <summary>Converts a request to the model's input. A pure function, without I/O.</summary>
internal static class MyServiceFeatures
{
    /// <summary>Number of features.</summary>
    public const int Count = 4;

    /// <summary>Returns the model's input.</summary>
    /// <param name="request">A valid request.</param>
    /// <returns>FP32 [1, <see cref="Count"/>]; the caller disposes the tensor.</returns>
    public static Tensor From(MyServiceRequest request) => Tensor.Of<float>(Datatype.Fp32, new Shape(1, Count), [.. request.Values!]);
}
