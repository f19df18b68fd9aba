using System.Runtime.CompilerServices;
using InferenceServices.Inference.Execution;

namespace InferenceServices.Inference.Tests;

/// <summary>Creates the environment of ONNX Runtime as the server does, before a test that opens a session itself would create another one.</summary>
internal static class RuntimeStart
{
    [ModuleInitializer]
    internal static void Start() => OnnxRuntime.Start();
}
