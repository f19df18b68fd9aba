namespace InferenceServices.ModelTools.Predict;

/// <summary>Reads a request from the command line.</summary>
internal static class RequestBody
{
    /// <summary>Reads a request: JSON, <c>@FILE</c>, or <c>-</c> for standard input.</summary>
    public static async Task<string> ReadAsync(string body, CancellationToken cancellationToken)
    {
        if (body == "-") return await Console.In.ReadToEndAsync(cancellationToken);
        return body.StartsWith('@') ? await File.ReadAllTextAsync(body[1..], cancellationToken) : body;
    }
}
