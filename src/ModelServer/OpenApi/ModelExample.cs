using System.Text.Json.Nodes;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;

namespace InferenceServices.ModelServer.OpenApi;

/// <summary>Creates a valid request of a model: size 1 for each dynamic dimension, and ones: a zero may be an invalid divisor.</summary>
internal static class ModelExample
{
    private const int MaxElements = 64;

    /// <summary>Whether the request fits on a page: all inputs are small.</summary>
    public static bool IsShort(ModelMetadata model)
        => model.RequiredInputs.All(input => new Shape(Dims(input)).TryGetElementCount(out var count) && count <= MaxElements);

    /// <summary>Creates a V1 request: columns by input name.</summary>
    public static JsonObject OfColumns(ModelMetadata model)
        => new() { ["inputs"] = new JsonObject(model.RequiredInputs.Select(input => KeyValuePair.Create(input.Name, Nested(input, Dims(input))))) };

    /// <summary>Creates a V2 request.</summary>
    public static JsonObject OfTensors(ModelMetadata model)
        => new() { ["inputs"] = new JsonArray([.. model.RequiredInputs.Select(input => Tensor(input.Name, input.Datatype, Dims(input), Flat(input)))]) };

    /// <summary>Creates a V2 request of a service: the JSON request is the element of a BYTES tensor.</summary>
    public static JsonObject OfService(JsonNode request)
        => new() { ["inputs"] = new JsonArray(Tensor("input", Datatype.Bytes, [1], new JsonArray(request.ToJsonString()))) };

    private static JsonObject Tensor(string name, Datatype datatype, long[] dims, JsonArray data) => new()
    {
        ["name"] = name,
        ["shape"] = new JsonArray([.. dims.Select(dim => (JsonNode)dim)]),
        ["datatype"] = datatype.ToWire(),
        ["data"] = data,
    };

    private static long[] Dims(TensorMetadata input) => [.. input.Shape.ToArray().Select(dim => dim == -1 ? 1 : dim)];

    private static JsonArray Flat(TensorMetadata input)
        => new([.. Enumerable.Range(0, (int)Dims(input).Aggregate(1L, (product, dim) => product * dim)).Select(_ => One(input.Datatype))]);

    private static JsonNode? Nested(TensorMetadata input, ReadOnlySpan<long> dims)
    {
        if (dims.IsEmpty) return One(input.Datatype);
        var array = new JsonArray();
        for (var i = 0; i < dims[0]; i++) array.Add(Nested(input, dims[1..]));
        return array;
    }

    private static JsonNode One(Datatype datatype) => datatype switch
    {
        Datatype.Bool => true,
        Datatype.Bytes => "",
        _ => 1,
    };
}
