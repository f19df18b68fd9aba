namespace InferenceServices.Contracts.Serving;

/// <summary>A message with an example, which the API documentation shows and "Try it out" sends.</summary>
/// <typeparam name="TSelf">Type of the message.</typeparam>
public interface IExample<TSelf>
    where TSelf : IExample<TSelf>
{
    /// <summary>Gets a valid request or a real response.</summary>
    static abstract TSelf Example { get; }
}
