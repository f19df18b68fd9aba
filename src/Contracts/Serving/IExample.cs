namespace InferenceServices.Contracts.Serving;

/// <summary>A message that can show itself: its example appears in the API documentation and is what "Try it out" sends.</summary>
/// <typeparam name="TSelf">The message.</typeparam>
public interface IExample<TSelf>
    where TSelf : IExample<TSelf>
{
    /// <summary>A real request or a real answer.</summary>
    static abstract TSelf Example { get; }
}
