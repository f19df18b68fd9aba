using System.Text.Json.Serialization;

namespace InferenceServices.Explanations.Requests;

/// <summary>The explanation methods.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ExplainMethod>))]
public enum ExplainMethod
{
    /// <summary>Selects the method: exact for tree ensembles, otherwise by the number of features or words.</summary>
    [JsonStringEnumMemberName("auto")]
    Auto,

    /// <summary>Exact Shapley values of the margin of a tree ensemble.</summary>
    [JsonStringEnumMemberName("tree_shap")]
    TreeShap,

    /// <summary>Shapley values by regression: exact when the samples permit all coalitions, otherwise estimated.</summary>
    [JsonStringEnumMemberName("kernel_shap")]
    KernelShap,

    /// <summary>Shapley values estimated from random permutations, for many features.</summary>
    [JsonStringEnumMemberName("permutation")]
    Permutation,

    /// <summary>Decrease of the score without each feature or word.</summary>
    [JsonStringEnumMemberName("leave_one_out")]
    LeaveOneOut,
}
