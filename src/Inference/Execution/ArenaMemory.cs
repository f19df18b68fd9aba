using InferenceServices.Contracts.Serving;

namespace InferenceServices.Inference.Execution;

/// <summary>The arena of the runtime, which holds the memory of the largest runs.</summary>
internal sealed class ArenaMemory : IReleasableMemory
{
    public void Release() => OnnxRuntime.ShrinkArena();
}
