using System.Text.Json;

namespace InferenceServices.StorageInitializer;

/// <summary>Conversion of <see cref="FailureCategory"/> to text.</summary>
internal static class FailureCategories
{
    /// <summary>Returns the word for logs and scripts: the name in snake case, except <c>damaged</c>, which is part of the contract.</summary>
    public static string ToWord(this FailureCategory category)
        => category == FailureCategory.Corrupt ? "damaged" : JsonNamingPolicy.SnakeCaseLower.ConvertName(category.ToString());
}
