using System.Text.Json.Nodes;
using InferenceServices.Contracts.Serving;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace InferenceServices.ModelServer.OpenApi;

/// <summary>
/// Writes the paths of the models this server has. The routes are templates and read their bodies themselves, so nothing could be found
/// by looking at them; what a caller may try is known here: the names, and each service's records with their examples.
/// </summary>
internal sealed class ModelDocumentFilter(DataPlane.DataPlane plane, IEnumerable<InferenceServiceAttribute> services) : IDocumentFilter
{
    public void Apply(OpenApiDocument swaggerDoc, DocumentFilterContext context)
    {
        swaggerDoc.Paths["/"] = Get("Liveness.", new JsonObject { ["status"] = "alive" });
        swaggerDoc.Paths["/v2/health/live"] = Get("Liveness.", new JsonObject { ["live"] = true });
        swaggerDoc.Paths["/v2/health/ready"] = Get("Readiness: a model can answer.", new JsonObject { ["ready"] = true });
        swaggerDoc.Paths["/v1/models"] = Get("The models.", new JsonObject { ["models"] = new JsonArray([.. plane.ModelNames.Select(name => (JsonNode)name)]) });
        foreach (var modelName in plane.ModelNames)
        {
            var service = services.FirstOrDefault(known => known.ModelName == modelName);
            swaggerDoc.Paths[$"/v1/models/{modelName}"] = Get("Whether the model is ready.", new JsonObject { ["name"] = modelName, ["ready"] = true });
            swaggerDoc.Paths[$"/v1/models/{modelName}:predict"] = Post(
                service?.Summary ?? "V1: rows as instances, or columns as inputs.",
                MessageSchema.Of(service?.Request, context),
                MessageSchema.Of(service?.Answer, context));
            swaggerDoc.Paths[$"/v2/models/{modelName}"] = Get("The model's inputs and outputs.", example: null);
            swaggerDoc.Paths[$"/v2/models/{modelName}/infer"] = Post(
                service is null ? "V2: tensors." : "V2: JSON requests as elements of one BYTES tensor.",
                MessageSchema.Anything,
                MessageSchema.Anything);
        }
    }

    private static OpenApiPathItem Get(string summary, JsonNode? example)
        => Item(HttpMethod.Get, new OpenApiOperation { Summary = summary, Responses = Answers(new MessageSchema(MessageSchema.Anything.Schema, example)) });

    private static OpenApiPathItem Post(string summary, MessageSchema request, MessageSchema answer)
        => Item(HttpMethod.Post, new OpenApiOperation
        {
            Summary = summary,
            RequestBody = new OpenApiRequestBody { Required = true, Content = request.AsJson() },
            Responses = Answers(answer),
        });

    private static OpenApiPathItem Item(HttpMethod method, OpenApiOperation operation)
    {
        var item = new OpenApiPathItem();
        item.AddOperation(method, operation);
        return item;
    }

    private static OpenApiResponses Answers(MessageSchema answer)
    {
        var error = new MessageSchema(MessageSchema.Anything.Schema, new JsonObject { ["error"] = "What was wrong.", ["code"] = "invalid_input" });
        return new OpenApiResponses
        {
            ["200"] = new OpenApiResponse { Description = "The answer.", Content = answer.AsJson() },
            ["default"] = new OpenApiResponse { Description = "A refusal.", Content = error.AsJson() },
        };
    }
}
