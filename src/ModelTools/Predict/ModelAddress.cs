using System.Text.Json;

namespace InferenceServices.ModelTools.Predict;

/// <summary>Builds the address for a request: a complete address is unchanged; a server address is completed with the model and the protocol of the body.</summary>
internal static class ModelAddress
{
    public static Uri Of(Uri address, string modelName, string body)
    {
        if (address.AbsolutePath.EndsWith(":predict", StringComparison.Ordinal) || address.AbsolutePath.EndsWith("/infer", StringComparison.Ordinal))
            return address;
        var model = Uri.EscapeDataString(modelName);
        return new Uri(address, IsV2(body) ? $"/v2/models/{model}/infer" : $"/v1/models/{model}:predict");
    }

    /// <summary>Returns whether a body is V2: its inputs have a datatype.</summary>
    internal static bool IsV2(string body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty("inputs", out var inputs)
                && inputs.ValueKind == JsonValueKind.Array
                && inputs.GetArrayLength() > 0
                && inputs[0].ValueKind == JsonValueKind.Object
                && inputs[0].TryGetProperty("datatype", out _);
        }
        catch (JsonException)
        {
            // The server reports the error.
            return false;
        }
    }
}
