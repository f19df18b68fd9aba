using System.Text.Json.Serialization;

namespace InferenceServices.Explanations.Requests;

/// <summary>How a request may be explained.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ExplainMethod>))]
public enum ExplainMethod
{
    /// <summary>The best there is for the model: exact for trees, else by the number of features or words.</summary>
    [JsonStringEnumMemberName("auto")]
    Auto,

    /// <summary>Exact Shapley values of a model of trees, on its margin.</summary>
    [JsonStringEnumMemberName("tree_shap")]
    TreeShap,

    /// <summary>Shapley values by regression: exact when all coalitions are within the samples, else estimated.</summary>
    [JsonStringEnumMemberName("kernel_shap")]
    KernelShap,

    /// <summary>Shapley values estimated by random orders: for many features.</summary>
    [JsonStringEnumMemberName("permutation")]
    Permutation,

    /// <summary>What the score loses without each feature or word.</summary>
    [JsonStringEnumMemberName("leave_one_out")]
    LeaveOneOut,
}
