using System.Text.Json;

namespace InferenceServices.StorageInitializer.Transfer;

/// <summary>Reads required properties of a store's response. <see cref="StorageHttp.GetJsonAsync"/> converts the exceptions to <see cref="StorageException"/>.</summary>
internal static class JsonResponse
{
    /// <summary>Returns a property.</summary>
    /// <exception cref="FormatException">The property is missing.</exception>
    /// <exception cref="InvalidOperationException">The response is not an object.</exception>
    public static JsonElement RequiredProperty(this JsonElement response, string name)
        => response.TryGetProperty(name, out var value) ? value : throw new FormatException($"{name} is missing.");

    /// <summary>Returns a string property.</summary>
    /// <exception cref="FormatException">The property is missing or null.</exception>
    /// <exception cref="InvalidOperationException">The response is not an object, or the property is not a string.</exception>
    public static string RequiredString(this JsonElement response, string name)
        => response.RequiredProperty(name).GetString() ?? throw new FormatException($"{name} is null.");

    /// <summary>Returns a size in bytes.</summary>
    /// <returns>At least 0.</returns>
    /// <exception cref="FormatException">The property is missing, negative or not an integer.</exception>
    /// <exception cref="InvalidOperationException">The response is not an object, or the property is not a number.</exception>
    public static long RequiredSize(this JsonElement response, string name)
        => response.RequiredProperty(name).GetInt64() is >= 0 and var size ? size : throw new FormatException($"{name} is negative.");
}
