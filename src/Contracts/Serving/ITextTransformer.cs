using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.V1;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Contracts.Serving;

/// <summary>A transformer whose model reads a text: an explanation leaves parts of it out and looks what becomes of the scores.</summary>
public interface ITextTransformer : ITransformer
{
    /// <summary>The model's scores, in order.</summary>
    IReadOnlyList<string> Labels { get; }

    /// <summary>Reads and validates a request and fetches what it asks for.</summary>
    /// <param name="request">The caller's body.</param>
    /// <param name="cancellationToken">The caller has gone away.</param>
    /// <returns>What the model would read.</returns>
    /// <exception cref="InvalidInputException">The request is malformed: 400.</exception>
    ValueTask<TextInput> ReadTextAsync(PredictRequest request, CancellationToken cancellationToken);

    /// <summary>Turns a text, or what is left of one, into tensors.</summary>
    /// <param name="text">May be empty.</param>
    /// <returns>The caller disposes it; null when the model knows no part of it.</returns>
    InferRequest? PreprocessText(string text);
}
