using System.Runtime.InteropServices;

namespace InferenceServices.Contracts.Tensors;

/// <summary>The heap of the C library, which tensors and ONNX Runtime share. Has an effect with glibc only.</summary>
internal static partial class NativeHeap
{
    // Parameters of malloc.h.
    private const int TrimThreshold = -1;
    private const int MmapThreshold = -3;
    private const int ArenaMax = -8;

    /// <summary>
    /// Sets the heap to return large blocks at once, and to use few arenas. By default, the heap retains freed blocks of up to 32 MiB, in eight arenas for each
    /// processor.
    /// </summary>
    public static void Configure()
    {
        try
        {
            _ = MallOpt(MmapThreshold, 1 << 20);
            _ = MallOpt(TrimThreshold, 8 << 20);
            _ = MallOpt(ArenaMax, Math.Max(2, Environment.ProcessorCount));
        }
        catch (Exception exception) when (exception is EntryPointNotFoundException or DllNotFoundException)
        {
            // Another C library.
        }
    }

    /// <summary>Returns freed memory to the operating system.</summary>
    /// <remarks>Takes milliseconds, during which other threads may wait for allocations.</remarks>
    public static void Trim()
    {
        try
        {
            _ = MallocTrim(0);
        }
        catch (Exception exception) when (exception is EntryPointNotFoundException or DllNotFoundException)
        {
            // Another C library.
        }
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int MallocTrim(nuint pad);

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int MallOpt(int parameter, int value);
}
