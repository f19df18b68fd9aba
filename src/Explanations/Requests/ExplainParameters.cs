using System.ComponentModel;
using System.Text.Json;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.V1;

namespace InferenceServices.Explanations.Requests;

/// <summary>How to explain: what a request has in its field <c>explain</c>. All of it may be absent.</summary>
public sealed record ExplainParameters
{
    private const int MostBackgroundRows = 1_000;

    private static readonly Dictionary<string, ExplainMethod> Methods = new(StringComparer.Ordinal)
    {
        ["auto"] = ExplainMethod.Auto,
        ["tree_shap"] = ExplainMethod.TreeShap,
        ["kernel_shap"] = ExplainMethod.KernelShap,
        ["permutation"] = ExplainMethod.Permutation,
        ["leave_one_out"] = ExplainMethod.LeaveOneOut,
    };

    private static readonly Dictionary<string, TextUnit> Units = new(StringComparer.Ordinal) { ["word"] = TextUnit.Word, ["span"] = TextUnit.Span };

    /// <summary>How.</summary>
    [Description("auto takes tree_shap for a model of trees, else kernel_shap for up to 64 features or words, permutation for more features, leave_one_out for more words.")]
    public ExplainMethod Method { get; init; }

    /// <summary>Coalitions to try at most; null: as many as the method needs.</summary>
    [Description("Most coalitions of features, or versions of a text, to try. Default 4096, for a text 256.")]
    public int? Samples { get; init; }

    /// <summary>Of the random draws.</summary>
    [Description("The same seed draws the same. Default 0.")]
    public int Seed { get; init; }

    /// <summary>How many attributions to answer.</summary>
    [Description("Only the largest attributions, so many; what the others add up to is told. Default all.")]
    public int? TopK { get; init; }

    /// <summary>Rows that stand for features left out, of the model's features in order; NaN: missing.</summary>
    [Description("Rows of the model's features that stand for features left out; null in a row: missing. Default: the server's background; of trees, their training rows.")]
    public IReadOnlyList<double[]>? Background { get; init; }

    /// <summary>The score to explain; null: the model's choice.</summary>
    [Description("The label whose score is explained. Default: of two labels the second, else the one predicted.")]
    public string? Label { get; init; }

    /// <summary>Whether to look for a change that flips the decision.</summary>
    [Description("Whether to look for the smallest change of one feature that changes the prediction. Default false.")]
    public bool Counterfactual { get; init; }

    /// <summary>Whether to tell what pairs of features add together.</summary>
    [Description("Whether to tell what pairs of features add together, of a model of trees. Default false.")]
    public bool Interactions { get; init; }

    /// <summary>What of a text is left out together.</summary>
    [Description("What of a text is left out together. Default word.")]
    public TextUnit Unit { get; init; }

    /// <summary>Milliseconds for the whole request; null: what the server allows.</summary>
    [Description("Milliseconds after which an estimate is answered as good as it is by then. Default and most: the server's --explain_deadline_ms.")]
    public int? DeadlineMs { get; init; }

    /// <summary>Reads the field of a body.</summary>
    /// <param name="request">A JSON object, or whatever the service makes of it.</param>
    /// <param name="limits">Maximum values.</param>
    /// <exception cref="InvalidInputException">A parameter that is not known, or of the wrong kind or size: 400.</exception>
    public static ExplainParameters Of(PredictRequest request, ExplanationLimits limits)
    {
        // Most do not say how; their bodies are the service's to read, which may take what is no JSON, as NaN.
        if (request.Body.Span.IndexOf("\"explain\""u8) < 0) return new ExplainParameters();
        var given = request.Read(ExplainJson.Default.ExplainRequest).Explain;
        if (given.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null) return new ExplainParameters();
        if (given.ValueKind != JsonValueKind.Object) throw Wrong("explain", "an object", given);
        var parameters = new ExplainParameters();
        foreach (var entry in given.EnumerateObject())
        {
            var (name, value) = ("explain." + entry.Name, entry.Value);
            parameters = entry.Name switch
            {
                "method" => parameters with { Method = OneOf(Methods, name, value) },
                "samples" => parameters with { Samples = Whole(name, value, 1, limits.Samples) },
                "seed" => parameters with { Seed = Whole(name, value, 0, int.MaxValue) },
                "top_k" => parameters with { TopK = Whole(name, value, 1, int.MaxValue) },
                "background" => parameters with { Background = Rows(name, value) },
                "label" => parameters with { Label = value.ValueKind == JsonValueKind.String ? value.GetString() : throw Wrong(name, "a string", value) },
                "counterfactual" => parameters with { Counterfactual = Flag(name, value) },
                "interactions" => parameters with { Interactions = Flag(name, value) },
                "unit" => parameters with { Unit = OneOf(Units, name, value) },
                "deadline_ms" => parameters with { DeadlineMs = Whole(name, value, 1, limits.DeadlineMs) },
                _ => throw new InvalidInputException($"{Quote(name)} is not known; \"explain\" may have method, samples, seed, top_k, background, label, counterfactual, interactions, unit, deadline_ms."),
            };
        }
        return parameters;
    }

    private static T OneOf<T>(Dictionary<string, T> values, string name, JsonElement value)
        => value.ValueKind == JsonValueKind.String && values.TryGetValue(value.GetString()!, out var found) ? found : throw Wrong(name, $"one of {string.Join(", ", values.Keys)}", value);

    private static int Whole(string name, JsonElement value, int least, int most)
        => value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= least && number <= most ? number
            : throw Wrong(name, $"a whole number from {least} to {most}", value);

    private static bool Flag(string name, JsonElement value)
        => value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw Wrong(name, "true or false", value);

    private static double[][] Rows(string name, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() is 0 or > MostBackgroundRows) throw Wrong(name, $"a list of 1 to {MostBackgroundRows} rows", value);
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
