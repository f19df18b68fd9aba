using System.Text.Json;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Serving;
using InferenceServices.ModelServer.Pipeline;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace InferenceServices.ModelServer.OpenApi;

/// <summary>
/// Describes the paths of <c>protocol.json</c> for each model of this server. The routes are templates that read their bodies themselves, so
/// Swashbuckle cannot describe them. Examples come from the records of services and from the metadata of models.
/// </summary>
internal sealed class ModelDocumentFilter(
    ModelCatalog models, IEnumerable<InferenceServiceAttribute> services, IEnumerable<IExplainer> explainers, IEnumerable<IMessageSchemas> schemas)
    : IDocumentAsyncFilter
{
    /// <summary>Metadata of a document that lacks an example of a model.</summary>
    public const string IsIncomplete = "is-incomplete";

    private const string Placeholder = "{modelName}";

    public async Task ApplyAsync(OpenApiDocument swaggerDoc, DocumentFilterContext context, CancellationToken cancellationToken)
    {
        var template = await ReadTemplateAsync(cancellationToken);
        var protocol = Parse(template);
        swaggerDoc.Tags = protocol.Tags;
        swaggerDoc.Components ??= new OpenApiComponents();
        swaggerDoc.Components.Parameters = protocol.Components!.Parameters;
        swaggerDoc.Components.Headers = protocol.Components.Headers;
        swaggerDoc.Components.Responses = protocol.Components.Responses;
        foreach (var (name, schema) in protocol.Components.Schemas!) context.SchemaRepository.Schemas[name] = schema;
        swaggerDoc.Components.Schemas = context.SchemaRepository.Schemas;

        foreach (var (path, item) in protocol.Paths)
            if (!path.Contains(Placeholder, StringComparison.Ordinal)) swaggerDoc.Paths[path] = item;
        foreach (var modelName in models.ModelNames)
        {
            var model = Parse(template
                .Replace(Placeholder, Uri.EscapeDataString(modelName), StringComparison.Ordinal)
                .Replace("{name}", JsonEncodedText.Encode(modelName).Value, StringComparison.Ordinal));
            foreach (var (path, item) in model.Paths.Where(path => !protocol.Paths.ContainsKey(path.Key))) swaggerDoc.Paths[path] = Named(item);
            if (services.FirstOrDefault() is { } service) Describe(service, modelName, swaggerDoc, context);
            else await DescribeAsync(modelName, swaggerDoc, cancellationToken);
            if (explainers.FirstOrDefault() is { } explainer) Describe(explainer, modelName, swaggerDoc, context);
        }
        // The operations of services have their own schemas.
        if (services.Any())
        {
            swaggerDoc.Components.Schemas.Remove("PredictRequest");
            swaggerDoc.Components.Schemas.Remove("PredictResponse");
        }
    }

    private void Describe(InferenceServiceAttribute service, string modelName, OpenApiDocument document, DocumentFilterContext context)
    {
        var request = schemas.Single().Of(service.Request, context);
        var predict = Post(document, $"/v1/models/{Uri.EscapeDataString(modelName)}:predict");
        if (service.Summary.Length > 0) predict.Summary = service.Summary;
        predict.RequestBody = request.AsBody();
        predict.Responses!["200"] = new OpenApiResponse { Description = "The response.", Content = schemas.Single().Of(service.Answer, context).AsJson() };
        Post(document, $"/v1/models/{Uri.EscapeDataString(modelName)}:explain").RequestBody = request.AsBody();

        foreach (var infer in Infers(document, modelName))
        {
            infer.Summary = "JSON requests as elements of one BYTES tensor.";
            if (request.Example is { } example) JsonBodyOf(infer).Example = ModelExample.OfService(example);
        }
    }

    private void Describe(IExplainer explainer, string modelName, OpenApiDocument document, DocumentFilterContext context)
    {
        var explain = Post(document, $"/v1/models/{Uri.EscapeDataString(modelName)}:explain");
        var body = JsonBodyOf(explain);
        var parameters = schemas.Single().Of(explainer.Parameters, context).Schema;
        body.Schema = new OpenApiSchema
        {
            AllOf = [body.Schema!, new OpenApiSchema { Type = JsonSchemaType.Object, Properties = new Dictionary<string, IOpenApiSchema> { ["explain"] = parameters } }],
        };
        var content = schemas.Single().Of(explainer.Answer, context).AsJson();
        content["text/html"] = new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.String } };
        explain.Responses!["200"] = new OpenApiResponse { Description = "The explanation; an HTML page if Accept contains text/html.", Content = content };
        explain.Description = "The request body is that of predict; the field explain contains the parameters of the explanation.";
        // The explainer as a model returns explanations only.
        if (models.Find(modelName).IsExplainer) Post(document, $"/v1/models/{Uri.EscapeDataString(modelName)}:predict").Responses!["200"] = explain.Responses["200"];
    }

    private async Task DescribeAsync(string modelName, OpenApiDocument document, CancellationToken cancellationToken)
    {
        try
        {
            var model = await models.GetMetadataAsync(modelName, modelVersion: null, cancellationToken);
            if (!ModelExample.IsShort(model)) return;
            var predict = Post(document, $"/v1/models/{Uri.EscapeDataString(modelName)}:predict");
            JsonBodyOf(predict).Example = ModelExample.OfColumns(model);
            foreach (var infer in Infers(document, modelName)) JsonBodyOf(infer).Example = ModelExample.OfTensors(model);
        }
        catch (InferenceException)
        {
            // The model was unloaded or is not ready: described without an example.
            (document.Metadata ??= new Dictionary<string, object>())[IsIncomplete] = true;
        }
    }

    private static IEnumerable<OpenApiOperation> Infers(OpenApiDocument document, string modelName)
    {
        yield return Post(document, $"/v2/models/{Uri.EscapeDataString(modelName)}/infer");
        yield return Post(document, $"/v2/models/{Uri.EscapeDataString(modelName)}/versions/{{modelVersion}}/infer");
    }

    private static OpenApiOperation Post(OpenApiDocument document, string path) => document.Paths[path].Operations![HttpMethod.Post];

    private static OpenApiMediaType JsonBodyOf(OpenApiOperation operation) => (OpenApiMediaType)operation.RequestBody!.Content!["application/json"];

    // An operation ID allows fewer characters than a path.
    private static IOpenApiPathItem Named(IOpenApiPathItem item)
    {
        foreach (var operation in item.Operations!.Values) operation.OperationId = operation.OperationId!.Replace('%', '-');
        return item;
    }

    private static OpenApiDocument Parse(string json) => OpenApiDocument.Parse(json, OpenApiConstants.Json).Document!;

    private static async Task<string> ReadTemplateAsync(CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(typeof(ModelDocumentFilter).Assembly.GetManifestResourceStream("protocol.json")!);
        return await reader.ReadToEndAsync(cancellationToken);
    }
}
