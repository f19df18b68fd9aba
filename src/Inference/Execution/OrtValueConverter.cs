using System.Buffers;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Tensors;
using Microsoft.ML.OnnxRuntime;

namespace InferenceServices.Inference.Execution;

/// <summary>
/// Converts between <see cref="Tensor"/> and <see cref="OrtValue"/>. Numbers are copied only from memory that is not aligned: the last bits of a result depend
/// on the alignment of the inputs. Strings are copied.
/// </summary>
internal static class OrtValueConverter
{
    /// <summary>Creates a value over the tensor's memory.</summary>
    /// <param name="tensor">A tensor that is not disposed before the value.</param>
    /// <param name="pin">Pins the memory; the caller disposes both.</param>
    public static unsafe OrtValue ToOrtValue(Tensor tensor, out MemoryHandle pin)
    {
        if (tensor.Datatype == Datatype.Bytes)
        {
            pin = default;
            return CopyStrings(tensor);
        }
        pin = tensor.Memory.Pin();
        if ((nint)pin.Pointer % Tensor.Alignment != 0)
        {
            pin.Dispose();
            pin = CopyAligned(tensor);
        }
        return OrtValue.CreateTensorValueWithData(
            OrtMemoryInfo.DefaultInstance, tensor.Datatype.ToOrt(), tensor.Shape.ToArray(), (nint)pin.Pointer, tensor.Memory.Length);
    }

    /// <summary>Creates a tensor over an output. The tensor takes ownership of the value.</summary>
    /// <exception cref="InvalidInputException">The output has more bytes than a tensor can have.</exception>
    public static Tensor ToTensor(string name, OrtValue value)
    {
        var info = value.GetTensorTypeAndShape();
        var shape = new Shape(info.Shape);
        var datatype = info.ElementDataType.ToWire()
            ?? throw new NotSupportedException($"an output of type {info.ElementDataType}");
        var size = datatype == Datatype.Bytes ? sizeof(int) : datatype.SizeBytes();
        if (info.ElementCount > int.MaxValue / size)
            throw new InvalidInputException($"output '{name}' has {info.ElementCount} elements, more than a tensor of 2 GB can have; send fewer rows or smaller values");
        if (datatype != Datatype.Bytes) return Tensor.Own(datatype, shape, new OrtValueMemory(value));

        using (value)
        {
            using var strings = new TensorBuilder(datatype, (int)info.ElementCount * 4);
            for (var i = 0; i < info.ElementCount; i++) strings.AppendBytes(value.GetStringElementAsSpan(i));
            return strings.Build(shape);
        }
    }

    private static unsafe MemoryHandle CopyAligned(Tensor tensor)
    {
        var copy = Tensor.Copy(tensor.Datatype, tensor.Shape, tensor.Bytes);
        return new MemoryHandle(copy.Memory.Pin().Pointer, default, new CopyOwner(copy));
    }

    private static OrtValue CopyStrings(Tensor tensor)
    {
        var value = OrtValue.CreateTensorWithEmptyStrings(OrtAllocator.DefaultInstance, tensor.Shape.ToArray());
        var index = 0;
        foreach (var element in tensor.Elements) value.StringTensorSetElementAt(element, index++);
        return value;
    }

    // Disposes the copy when its handle is disposed.
    private sealed class CopyOwner(Tensor copy) : IPinnable
    {
        public MemoryHandle Pin(int elementIndex) => throw new NotSupportedException();

        public void Unpin() => copy.Dispose();
    }
}
