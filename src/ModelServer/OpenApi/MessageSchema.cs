using System.Text.Json.Nodes;

namespace InferenceServices.ModelServer.OpenApi;

/// <summary>A message in the API documentation.</summary>
/// <param name="Schema">Its JSON schema.</param>
/// <param name="Example">An example to show and to send; null without one.</param>
internal sealed record MessageSchema(JsonNode Schema, JsonNode? Example)
{
    public JsonObject AsJson()
    {
        var content = new JsonObject { ["schema"] = Schema.DeepClone() };
        if (Example is not null) content["example"] = Example.DeepClone();
        return new JsonObject { ["application/json"] = content };
    }

    public JsonObject AsBody() => new() { ["content"] = AsJson(), ["required"] = true };
}
