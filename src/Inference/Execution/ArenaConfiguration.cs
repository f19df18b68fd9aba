using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace InferenceServices.Inference.Execution;

/// <summary>Configuration of an arena with a limit of 64 bits. The binding takes 32 bits.</summary>
internal sealed class ArenaConfiguration : OrtArenaCfg
{
    private const int DefaultOfRuntime = -1;

    // Regions of the requested size: the default doubles them.
    private const int SameAsRequested = 1;

    /// <param name="maxBytes">Memory that the arena may allocate.</param>
    public ArenaConfiguration(long maxBytes)
        : base((uint)Math.Min(maxBytes, uint.MaxValue), SameAsRequested, DefaultOfRuntime, DefaultOfRuntime)
    {
        // The runtime's struct begins with max_mem, of type size_t. If a later version differs, the limit is 4 GiB.
        if (maxBytes > uint.MaxValue && Marshal.ReadInt64(handle) == uint.MaxValue) Marshal.WriteInt64(handle, maxBytes);
    }
}
