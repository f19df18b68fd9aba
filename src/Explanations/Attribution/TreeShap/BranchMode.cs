namespace InferenceServices.Explanations.Attribution.TreeShap;

/// <summary>How a branch compares the feature with its threshold. ai.onnx.ml: <c>BRANCH_…</c> of <c>nodes_modes</c>; the numbers are those of TreeEnsemble 5.</summary>
internal enum BranchMode
{
    LessOrEqual = 0,
    Less = 1,
    GreaterOrEqual = 2,
    Greater = 3,
    Equal = 4,
    NotEqual = 5,
}
