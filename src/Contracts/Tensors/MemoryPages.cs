using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace InferenceServices.Contracts.Tensors;

/// <summary>Pages of virtual memory.</summary>
internal static unsafe partial class MemoryPages
{
    // MADV_DONTNEED of Linux: the next access finds zeros.
    private const int DontNeed = 4;

    /// <summary>Length of a page.</summary>
    public static int Bytes => Environment.SystemPageSize;

    /// <summary>Returns the offset of the first page that starts in a pinned array.</summary>
    public static int FirstOffset(byte[] pinned)
    {
        var remainder = (int)((nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(pinned)) % (uint)Bytes);
        return remainder == 0 ? 0 : Bytes - remainder;
    }

    /// <summary>Returns whole pages of pinned memory to the operating system. Their content is lost. Has an effect on Linux only.</summary>
    public static void Release(Span<byte> pages)
    {
        if (OperatingSystem.IsLinux()) _ = Advise(Unsafe.AsPointer(ref MemoryMarshal.GetReference(pages)), (nuint)pages.Length, DontNeed);
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* address, nuint length, int advice);
}
