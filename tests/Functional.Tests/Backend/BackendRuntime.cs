using System.Runtime.InteropServices;
using System.Text;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Functional.Tests.Tensors;
using InferenceServices.Inference.Execution;
using Microsoft.ML.OnnxRuntime;

namespace InferenceServices.Functional.Tests.Backend;

/// <summary>Runs a case in ONNX Runtime without a server, with inputs aligned to 64 bytes.</summary>
internal static class BackendRuntime
{
    private const int Alignment = 64;

    /// <summary>Runs a case.</summary>
    /// <returns>The outputs; null if the runtime does not support the model or fails.</returns>
    public static WireTensor[]? Run(BackendCase backendCase)
    {
        var values = new List<OrtValue>();
        var memory = new List<byte[]>();
        try
        {
            using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, IntraOpNumThreads = 1 };
            using var session = new InferenceSession(backendCase.ModelPath, options);
            using var runOptions = new RunOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
            values.AddRange(backendCase.Inputs!.Select(input => ToValue(input, memory)));
            using var outputs = session.Run(runOptions, [.. backendCase.Inputs!.Select(input => input.Name)], values, session.OutputNames);
            return [.. session.OutputNames.Zip(outputs, ToTensor)];
        }
        catch (OnnxRuntimeException)
        {
            return null;
        }
        finally
        {
            values.ForEach(value => value.Dispose());
            GC.KeepAlive(memory);
        }
    }

    private static OrtValue ToValue(WireTensor tensor, List<byte[]> memory)
    {
        if (tensor.Datatype == "BYTES")
        {
            var strings = OrtValue.CreateTensorWithEmptyStrings(OrtAllocator.DefaultInstance, tensor.Shape);
            foreach (var (index, element) in tensor.Elements().Index()) strings.StringTensorSetElementAt(element.AsSpan(), index);
            return strings;
        }
        Assert.True(DatatypeExtensions.TryParse(tensor.Datatype, out var datatype));
        var array = GC.AllocateUninitializedArray<byte>(tensor.Bytes.Length + Alignment, pinned: true);
        memory.Add(array);
        var offset = (int)(-Marshal.UnsafeAddrOfPinnedArrayElement(array, 0) & (Alignment - 1));
        tensor.Bytes.CopyTo(array, offset);
        return OrtValue.CreateTensorValueWithData(
            OrtMemoryInfo.DefaultInstance, datatype.ToOrt(), tensor.Shape, Marshal.UnsafeAddrOfPinnedArrayElement(array, offset), tensor.Bytes.Length);
    }

    private static WireTensor ToTensor(string name, OrtValue value)
    {
        var info = value.GetTensorTypeAndShape();
        var datatype = info.ElementDataType.ToWire()!.Value;
        byte[] bytes = datatype == Datatype.Bytes
            ? [.. value.GetStringTensorAsArray().SelectMany(text => Encoding.UTF8.GetBytes(text) is var utf8 ? BitConverter.GetBytes(utf8.Length).Concat(utf8) : [])]
            : value.GetTensorDataAsSpan<byte>().ToArray();
        return new WireTensor(name, datatype.ToWire(), info.Shape, bytes);
    }
}
