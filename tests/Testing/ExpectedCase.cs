using System.Text.Json;

namespace InferenceServices.Testing;

/// <summary>A case of a model's <c>expected.json</c>.</summary>
internal sealed record ExpectedCase(double Tolerance, IReadOnlyList<JsonElement> Inputs, IReadOnlyList<JsonElement> Outputs)
{
    /// <summary>Gets model and case name as data of a theory.</summary>
    public static IEnumerable<(string Model, string Case)> All
        => TestModels.Names.SelectMany(model => Read(model).GetProperty("cases").EnumerateArray().Select(c => (model, c.GetProperty("name").GetString()!)));

    public static ExpectedCase Of(string model, string name)
    {
        var file = Read(model);
        var found = file.GetProperty("cases").EnumerateArray().Single(c => c.GetProperty("name").GetString() == name);
        return new ExpectedCase(
            file.GetProperty("tolerance").GetDouble(),
            [.. found.GetProperty("inputs").EnumerateArray()],
            [.. found.GetProperty("outputs").EnumerateArray()]);
    }

    /// <summary>Gets the values of a tensor; repeats a pattern until the shape is full.</summary>
    public static JsonElement[] Values(JsonElement tensor)
    {
        if (tensor.TryGetProperty("data", out var data)) return [.. data.EnumerateArray()];
        JsonElement[] pattern = [.. tensor.GetProperty("repeat").EnumerateArray()];
        var count = Dims(tensor).Aggregate(1L, (product, dim) => product * dim);
        return [.. Enumerable.Range(0, (int)count).Select(i => pattern[i % pattern.Length])];
    }

    public static long[] Dims(JsonElement tensor) => [.. tensor.GetProperty("shape").EnumerateArray().Select(dim => dim.GetInt64())];

    private static JsonElement Read(string model)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(TestModels.PathOf(model), "expected.json")));
        return json.RootElement.Clone();
    }
}
