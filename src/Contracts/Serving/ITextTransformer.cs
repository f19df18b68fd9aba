using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.V1;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Contracts.Serving;

/// <summary>A transformer whose model reads a text: explanations remove parts of the text and compare the scores.</summary>
public interface ITextTransformer : ITransformer
{
    /// <summary>Gets the scores of the model, in order.</summary>
    IReadOnlyList<string> Labels { get; }

    /// <summary>Parses and validates a request, and fetches the text if the request refers to it.</summary>
    /// <param name="request">Body of the request.</param>
    /// <param name="cancellationToken">Cancelled when the client disconnects or the deadline passes.</param>
    /// <returns>The text that the model reads.</returns>
    /// <exception cref="InvalidInputException">The request is malformed: 400.</exception>
    ValueTask<TextInput> ReadTextAsync(PredictRequest request, CancellationToken cancellationToken);

    /// <summary>Converts a text, or the remaining parts of one, to tensors.</summary>
    /// <param name="text">The text; may be empty.</param>
    /// <returns>The model's inputs, which the caller disposes; null if the model knows no part of the text.</returns>
    InferRequest? PreprocessText(string text);
}
