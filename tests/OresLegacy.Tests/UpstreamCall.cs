using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace InferenceServices.OresLegacy.Tests;

/// <summary>A call that Lift Wing received.</summary>
/// <param name="Model">Name in the path, such as <c>enwiki-damaging</c>.</param>
/// <param name="RevisionId">Revision id.</param>
/// <param name="ShowsFeatures">Whether <c>extended_output</c> is true.</param>
/// <param name="Host">Host header.</param>
/// <param name="UserAgent">User-Agent header.</param>
internal sealed record UpstreamCall(string Model, long RevisionId, bool ShowsFeatures, string Host, string UserAgent)
{
    public static async Task<UpstreamCall> ReadAsync(HttpRequest request)
    {
        Assert.Equal(("POST", "application/json"), (request.Method, request.ContentType));
        var body = (await JsonNode.ParseAsync(request.Body))!.AsObject();
        Assert.Equal(["rev_id", "extended_output"], body.Select(field => field.Key));
        return new UpstreamCall(
            request.Path.Value!["/v1/models/".Length..^":predict".Length],
            body["rev_id"]!.GetValue<long>(),
            body["extended_output"]!.GetValueKind() == JsonValueKind.True,
            request.Host.Value!,
            request.Headers.UserAgent.ToString());
    }
}
