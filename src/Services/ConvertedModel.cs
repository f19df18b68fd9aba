using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Serving;
using InferenceServices.FastText;

namespace InferenceServices.Services;

/// <summary>What lies beside a model that <c>isvc</c> converted.</summary>
internal static class ConvertedModel
{
    /// <summary>The vocabulary of a fastText model.</summary>
    /// <exception cref="StartException">There is none, or it is damaged.</exception>
    public static FastTextVocabulary LoadVocabulary(ModelDirectory directory)
    {
        try
        {
            return FastTextVocabulary.Load(directory.Path);
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException)
        {
            throw new StartException(
                $"{directory.Path} is not a converted fastText model ({exception.Message}); make one with: isvc convert fasttext MODEL --output {directory.Path}", exception);
        }
    }
}
