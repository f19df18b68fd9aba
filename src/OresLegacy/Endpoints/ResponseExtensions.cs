using System.Text;

namespace InferenceServices.OresLegacy.Endpoints;

/// <summary>Sends JSON with the content type of ORES, which has no parameter.</summary>
internal static class ResponseExtensions
{
    private const string ContentType = "application/json";

    public static Task SendJsonAsync(this HttpContext http, string json) => http.SendJsonAsync(Encoding.UTF8.GetBytes(json));

    public static async Task SendJsonAsync(this HttpContext http, byte[] json)
    {
        http.Response.ContentType = ContentType;
        http.Response.ContentLength = json.Length;
        if (!HttpMethods.IsHead(http.Request.Method)) await http.Response.Body.WriteAsync(json, http.RequestAborted);
    }
}
