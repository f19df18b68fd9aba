namespace InferenceServices.Explanations.Attribution.TreeShap;

/// <summary>Comparison of a feature with a threshold. ai.onnx.ml: <c>BRANCH_…</c> in <c>nodes_modes</c>; the values are those of TreeEnsemble 5.</summary>
internal enum BranchMode
{
    LessOrEqual = 0,
    Less = 1,
    GreaterOrEqual = 2,
    Greater = 3,
    Equal = 4,
    NotEqual = 5,
}
