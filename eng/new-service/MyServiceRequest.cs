using InferenceServices.Contracts.Serving;

namespace InferenceServices.Services.MyService;

/// <summary>A row of features.</summary>
/// <param name="Values">The features, in the order of the model's input.</param>
internal sealed record MyServiceRequest(IReadOnlyList<float>? Values) : IExample<MyServiceRequest>
{
    /// <inheritdoc/>
    public static MyServiceRequest Example { get; } = new([6.8f, 2.8f, 4.8f, 1.4f]);
}
