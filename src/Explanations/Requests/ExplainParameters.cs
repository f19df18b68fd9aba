using System.ComponentModel;
using System.Text.Json;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.V1;

namespace InferenceServices.Explanations.Requests;

/// <summary>The parameters of an explanation: the field <c>explain</c> of a request. All are optional.</summary>
public sealed record ExplainParameters
{
    private const int MaxBackgroundRows = 1_000;

    private static readonly Dictionary<string, ExplainMethod> Methods = new(StringComparer.Ordinal)
    {
        ["auto"] = ExplainMethod.Auto,
        ["tree_shap"] = ExplainMethod.TreeShap,
        ["kernel_shap"] = ExplainMethod.KernelShap,
        ["permutation"] = ExplainMethod.Permutation,
        ["leave_one_out"] = ExplainMethod.LeaveOneOut,
    };

    private static readonly Dictionary<string, TextUnit> Units = new(StringComparer.Ordinal) { ["word"] = TextUnit.Word, ["span"] = TextUnit.Span };

    /// <summary>The method.</summary>
    [Description("auto: tree_shap for a tree ensemble, otherwise kernel_shap for up to 64 features or words, permutation for more features, leave_one_out for more words.")]
    public ExplainMethod Method { get; init; }

    /// <summary>Maximum number of coalitions to evaluate; null: the default of the method.</summary>
    [Description("Maximum number of coalitions of features, or versions of a text, to evaluate. Default 4096, for a text 256.")]
    public int? Samples { get; init; }

    /// <summary>Seed of the random samples.</summary>
    [Description("Seed of the random samples. Default 0.")]
    public int Seed { get; init; }

    /// <summary>Number of attributions to return; null: all.</summary>
    [Description("Number of attributions to return, the largest first, with the sum of the others. Default all.")]
    public int? TopK { get; init; }

    /// <summary>Rows of values for unknown features; NaN: missing.</summary>
    [Description("Rows of feature values that replace unknown features; null in a row: missing. Default: the server's background; for trees, their training rows.")]
    public IReadOnlyList<double[]>? Background { get; init; }

    /// <summary>Label of the score to explain; null: the default.</summary>
    [Description("Label of the score to explain. Default: the second of two labels, otherwise the predicted label.")]
    public string? Label { get; init; }

    /// <summary>Whether to search for a counterfactual.</summary>
    [Description("Whether to search for the smallest change of one feature that changes the prediction. Default false.")]
    public bool Counterfactual { get; init; }

    /// <summary>Whether to return interactions of pairs of features.</summary>
    [Description("Whether to return interactions of pairs of features, for tree ensembles. Default false.")]
    public bool Interactions { get; init; }

    /// <summary>The unit of text that is removed as a whole.</summary>
    [Description("Unit of text that is removed as a whole. Default word.")]
    public TextUnit Unit { get; init; }

    /// <summary>Milliseconds for the whole request; null: the server's limit.</summary>
    [Description("Milliseconds after which the best estimate so far is returned. Default and maximum: the server's --explain_deadline_ms.")]
    public int? DeadlineMs { get; init; }

    /// <summary>Reads the parameters from a request body.</summary>
    /// <param name="request">The request. The body may be other than JSON if the service accepts that.</param>
    /// <param name="limits">Maximum values.</param>
    /// <exception cref="InvalidInputException">A parameter is unknown, has the wrong type or is out of range: 400.</exception>
    public static ExplainParameters Of(PredictRequest request, ExplanationLimits limits)
    {
        // Most requests have no parameters. Their body is parsed by the service only, which may accept more than JSON, such as NaN.
        if (request.Body.Span.IndexOf("\"explain\""u8) < 0) return new ExplainParameters();
        var explain = request.Read(ExplainJson.Default.ExplainRequest).Explain;
        if (explain.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null) return new ExplainParameters();
        if (explain.ValueKind != JsonValueKind.Object) throw Wrong("explain", "an object", explain);
        var parameters = new ExplainParameters();
        foreach (var entry in explain.EnumerateObject())
        {
            var (name, value) = ("explain." + entry.Name, entry.Value);
            parameters = entry.Name switch
            {
                "method" => parameters with { Method = Choice(Methods, name, value) },
                "samples" => parameters with { Samples = Integer(name, value, 1, limits.Samples) },
                "seed" => parameters with { Seed = Integer(name, value, 0, int.MaxValue) },
                "top_k" => parameters with { TopK = Integer(name, value, 1, int.MaxValue) },
                "background" => parameters with { Background = Rows(name, value) },
                "label" => parameters with { Label = value.ValueKind == JsonValueKind.String ? value.GetString() : throw Wrong(name, "a string", value) },
                "counterfactual" => parameters with { Counterfactual = Boolean(name, value) },
                "interactions" => parameters with { Interactions = Boolean(name, value) },
                "unit" => parameters with { Unit = Choice(Units, name, value) },
                "deadline_ms" => parameters with { DeadlineMs = Integer(name, value, 1, limits.DeadlineMs) },
                _ => throw new InvalidInputException($"{Quote(name)} is not known; \"explain\" may have method, samples, seed, top_k, background, label, counterfactual, interactions, unit, deadline_ms."),
            };
        }
        return parameters;
    }

    private static T Choice<T>(Dictionary<string, T> values, string name, JsonElement value)
        => value.ValueKind == JsonValueKind.String && values.TryGetValue(value.GetString()!, out var found) ? found : throw Wrong(name, $"one of {string.Join(", ", values.Keys)}", value);

    private static int Integer(string name, JsonElement value, int least, int most)
        => value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= least && number <= most ? number
            : throw Wrong(name, $"a whole number from {least} to {most}", value);

    private static bool Boolean(string name, JsonElement value)
        => value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw Wrong(name, "true or false", value);

    private static double[][] Rows(string name, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() is 0 or > MaxBackgroundRows) throw Wrong(name, $"a list of 1 to {MaxBackgroundRows} rows", value);
        return [.. value.EnumerateArray().Select(row => Row(name, row))];
    }

    internal static double[] Row(string name, JsonElement row)
        => row.ValueKind == JsonValueKind.Array ? [.. row.EnumerateArray().Select(element => Number(name, element))] : throw Wrong(name, "rows that are lists of numbers", row);

    private static double Number(string name, JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Number when element.TryGetDouble(out var number) => number,
        JsonValueKind.True => 1,
        JsonValueKind.False => 0,
        JsonValueKind.Null => double.NaN,
        _ => throw Wrong(name, "rows of numbers", element),
    };

    private static InvalidInputException Wrong(string name, string expected, JsonElement value) => new($"{name} should be {expected}, got {Quote(value.GetRawText())}.");

    private static string Quote(string text) => text.Length <= 100 ? text : text[..100] + "…";
}
