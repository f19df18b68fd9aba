using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace InferenceServices.OresLegacy.Endpoints;

/// <summary>A request that is rejected, with status and body of ORES.</summary>
internal sealed class OresException : Exception
{
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private OresException(int statusCode, JsonObject body) => (StatusCode, Body) = (statusCode, body.ToJsonString(Json));

    /// <summary>Gets the status.</summary>
    public int StatusCode { get; }

    /// <summary>Gets the body, JSON.</summary>
    public string Body { get; }

    /// <summary>Creates an error with a code and a message.</summary>
    /// <param name="statusCode">Status.</param>
    /// <param name="code">Code of ORES; null: none.</param>
    /// <param name="message">Message.</param>
    public static OresException Of(int statusCode, string? code, string message) => new(statusCode, new JsonObject { ["detail"] = ErrorOf(code, message) });

    /// <summary>Creates an error whose body is only a sentence.</summary>
    public static OresException Of(int statusCode, string detail) => new(statusCode, new JsonObject { ["detail"] = detail });

    /// <summary>Creates the error of a callback, which has no <c>detail</c>.</summary>
    public static OresException Callback()
        => new(StatusCodes.Status400BadRequest, ErrorOf("not found", "Callback parameters are not allowed. The API will return only JSONresponses."));

    /// <summary>Creates the error of a revision id in the path.</summary>
    /// <remarks>The form of pydantic 1.</remarks>
    public static OresException RevisionId() => new(StatusCodes.Status422UnprocessableEntity, new JsonObject
    {
        ["detail"] = new JsonArray(new JsonObject
        {
            ["loc"] = new JsonArray("path", "revid"),
            ["msg"] = "value is not a valid integer",
            ["type"] = "type_error.integer",
        }),
    });

    private static JsonObject ErrorOf(string? code, string message)
    {
        var error = new JsonObject();
        if (code is not null) error["code"] = code;
        error["message"] = message;
        return new JsonObject { ["error"] = error };
    }
}
