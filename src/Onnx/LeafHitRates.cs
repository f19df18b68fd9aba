using System.Buffers.Text;
using System.Runtime.InteropServices;

namespace InferenceServices.Onnx;

/// <summary>Numbers of training rows per leaf of a TreeEnsemble, as metadata of the model.</summary>
/// <remarks>
/// ONNX Runtime rejects a list of <c>nodes_hitrates</c> in ai.onnx.ml 5, the operator has no such attribute for leaves, and unknown attributes are errors. The
/// number of a branch is the sum of its leaves. The value is the Base64 form of little-endian FP64, one for each leaf in the order of <c>leaf_weights</c>.
/// </remarks>
public static class LeafHitRates
{
    /// <summary>Key of the metadata.</summary>
    public const string Key = "leaf_hitrates";

    /// <summary>Creates the metadata.</summary>
    /// <param name="hitRates">Number or weight of training rows, by leaf.</param>
    public static StringStringEntryProto ToMetadata(ReadOnlySpan<double> hitRates) => new() { Key = Key, Value = Convert.ToBase64String(MemoryMarshal.AsBytes(hitRates)) };

    /// <summary>Reads the metadata of a model.</summary>
    /// <returns>One number for each leaf; empty if the model has none, or if they are not Base64 of FP64.</returns>
    public static double[] Read(ModelProto model)
    {
        if (model.MetadataProps.FirstOrDefault(entry => entry.Key == Key)?.Value is not { } text || !Base64.IsValid(text, out var length) || length % sizeof(double) != 0) return [];
        var hitRates = new double[length / sizeof(double)];
        return Convert.TryFromBase64String(text, MemoryMarshal.AsBytes(hitRates.AsSpan()), out _) ? hitRates : [];
    }
}
