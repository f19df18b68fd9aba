using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Serving;
using InferenceServices.FastText;

namespace InferenceServices.Services;

/// <summary>Files beside a model that <c>isvc</c> converted.</summary>
internal static class ConvertedModel
{
    /// <summary>Loads the vocabulary of a fastText model.</summary>
    /// <exception cref="StartException">The vocabulary is missing or malformed.</exception>
    public static FastTextVocabulary LoadVocabulary(ServedModel model)
    {
        try
        {
            return FastTextVocabulary.Load(model.Directory);
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException)
        {
            throw new StartException(
                $"{model.Directory} is not a converted fastText model ({exception.Message}); create one with: isvc convert fasttext MODEL --output {model.Directory}", exception);
        }
    }
}
