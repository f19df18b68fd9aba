using System.Text.Json;

namespace InferenceServices.StorageInitializer.Transfer;

/// <summary>What a store's answer must have. What it lacks is told by an exception that <see cref="StorageHttp.GetJsonAsync"/> makes a failure of the store's.</summary>
internal static class JsonAnswer
{
    /// <exception cref="FormatException">It is not there.</exception>
    /// <exception cref="InvalidOperationException">The answer is no object.</exception>
    public static JsonElement Field(this JsonElement answer, string name)
        => answer.TryGetProperty(name, out var value) ? value : throw new FormatException($"It has no {name}.");

    /// <exception cref="FormatException">It is not there, or null.</exception>
    /// <exception cref="InvalidOperationException">The answer is no object, or the field is no string.</exception>
    public static string Text(this JsonElement answer, string name)
        => answer.Field(name).GetString() ?? throw new FormatException($"Its {name} is null.");

    /// <returns>0 or more.</returns>
    /// <exception cref="FormatException">It is not there, or no such number.</exception>
    /// <exception cref="InvalidOperationException">The answer is no object, or the field is no number.</exception>
    public static long Size(this JsonElement answer, string name)
        => answer.Field(name).GetInt64() is >= 0 and var size ? size : throw new FormatException($"Its {name} is below 0.");
}
