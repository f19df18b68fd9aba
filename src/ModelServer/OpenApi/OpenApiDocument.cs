using System.Text.Json;
using System.Text.Json.Nodes;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Serving;
using InferenceServices.ModelServer.Endpoints;
using InferenceServices.ModelServer.Pipeline;

namespace InferenceServices.ModelServer.OpenApi;

/// <summary>
/// Builds the OpenAPI document: <c>protocol.json</c> with the paths of each model. The document is plain JSON, so a server without services needs neither
/// reflection nor a generator of schemas. Examples come from the records of services and from the metadata of models.
/// </summary>
internal sealed class OpenApiDocument(
    ModelCatalog models, IEnumerable<InferenceServiceAttribute> services, IEnumerable<IExplainer> explainers, IEnumerable<IMessageSchemas> schemas)
{
    private const string Placeholder = "{modelName}";

    private readonly JsonObject _document = ReadProtocol();

    private JsonObject Paths => _document["paths"]!.AsObject();

    private JsonObject Schemas => _document["components"]!["schemas"]!.AsObject();

    /// <summary>Builds the document of the current models.</summary>
    /// <returns>The document, and whether it has the examples of all models.</returns>
    public async Task<(JsonObject Document, bool IsComplete)> BuildAsync(CancellationToken cancellationToken)
    {
        _document["info"]!["version"] = ServerMetadata.Version;
        var template = TakeModelPaths().ToJsonString();
        var isComplete = true;
        foreach (var modelName in models.ModelNames)
        {
            AddPaths(template, modelName);
            if (services.FirstOrDefault() is { } service) Describe(service, modelName);
            else isComplete &= await TryAddExamplesAsync(modelName, cancellationToken);
            if (explainers.FirstOrDefault() is { } explainer) Describe(explainer, modelName);
        }
        // The operations of services have their own schemas.
        if (services.Any())
        {
            Schemas.Remove("PredictRequest");
            Schemas.Remove("PredictResponse");
        }
        return (_document, isComplete);
    }

    // Removes the paths that contain a model's name.
    private JsonObject TakeModelPaths()
    {
        var taken = new JsonObject();
        foreach (var (path, item) in Paths.Where(path => path.Key.Contains(Placeholder, StringComparison.Ordinal)).ToArray())
        {
            Paths.Remove(path);
            taken[path] = item;
        }
        return taken;
    }

    private void AddPaths(string template, string modelName)
    {
        var paths = JsonNode.Parse(template
            .Replace(Placeholder, Uri.EscapeDataString(modelName), StringComparison.Ordinal)
            .Replace("{name}", JsonEncodedText.Encode(modelName).Value, StringComparison.Ordinal))!.AsObject();
        foreach (var (path, item) in paths.ToArray())
        {
            // An operation ID allows fewer characters than a path.
            foreach (var (_, operation) in item!.AsObject())
                operation!["operationId"] = operation["operationId"]!.GetValue<string>().Replace('%', '-');
            paths.Remove(path);
            Paths[path] = item;
        }
    }

    private void Describe(InferenceServiceAttribute service, string modelName)
    {
        var request = schemas.Single().Of(service.Request, Schemas);
        var predict = Predict(modelName);
        if (service.Summary.Length > 0) predict["summary"] = service.Summary;
        predict["requestBody"] = request.AsBody();
        predict["responses"]!["200"] = new JsonObject { ["description"] = "The response.", ["content"] = schemas.Single().Of(service.Answer, Schemas).AsJson() };
        Explain(modelName)["requestBody"] = request.AsBody();

        foreach (var infer in Infers(modelName))
        {
            infer["summary"] = "JSON requests as elements of one BYTES tensor.";
            if (request.Example is { } example) JsonBodyOf(infer)["example"] = ModelExample.OfService(example);
        }
    }

    private void Describe(IExplainer explainer, string modelName)
    {
        var explain = Explain(modelName);
        var body = JsonBodyOf(explain);
        var parameters = new JsonObject { ["explain"] = schemas.Single().Of(explainer.Parameters, Schemas).Schema };
        body["schema"] = new JsonObject
        {
            ["allOf"] = new JsonArray(body["schema"]!.DeepClone(), new JsonObject { ["type"] = "object", ["properties"] = parameters }),
        };
        var content = schemas.Single().Of(explainer.Answer, Schemas).AsJson();
        content["text/html"] = new JsonObject { ["schema"] = new JsonObject { ["type"] = "string" } };
        explain["responses"]!["200"] = new JsonObject { ["description"] = "The explanation; an HTML page if Accept contains text/html.", ["content"] = content };
        explain["description"] = "The request body is that of predict; the field explain contains the parameters of the explanation.";
        // The explainer as a model returns explanations only.
        if (models.Find(modelName).IsExplainer) Predict(modelName)["responses"]!["200"] = explain["responses"]!["200"]!.DeepClone();
    }

    // False if the model was unloaded or is not ready.
    private async Task<bool> TryAddExamplesAsync(string modelName, CancellationToken cancellationToken)
    {
        try
        {
            var model = await models.GetMetadataAsync(modelName, modelVersion: null, cancellationToken);
            if (!ModelExample.IsShort(model)) return true;
            JsonBodyOf(Predict(modelName))["example"] = ModelExample.OfColumns(model);
            foreach (var infer in Infers(modelName)) JsonBodyOf(infer)["example"] = ModelExample.OfTensors(model);
            return true;
        }
        catch (InferenceException)
        {
            return false;
        }
    }

    private JsonNode Predict(string modelName) => Post($"/v1/models/{Uri.EscapeDataString(modelName)}:predict");

    private JsonNode Explain(string modelName) => Post($"/v1/models/{Uri.EscapeDataString(modelName)}:explain");

    private IEnumerable<JsonNode> Infers(string modelName)
    {
        yield return Post($"/v2/models/{Uri.EscapeDataString(modelName)}/infer");
        yield return Post($"/v2/models/{Uri.EscapeDataString(modelName)}/versions/{{modelVersion}}/infer");
    }

    private JsonNode Post(string path) => Paths[path]!["post"]!;

    private static JsonNode JsonBodyOf(JsonNode operation) => operation["requestBody"]!["content"]!["application/json"]!;

    private static JsonObject ReadProtocol()
    {
        using var protocol = typeof(OpenApiDocument).Assembly.GetManifestResourceStream("protocol.json")!;
        return JsonNode.Parse(protocol)!.AsObject();
    }
}
