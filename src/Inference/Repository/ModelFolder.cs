using System.Runtime.InteropServices;

namespace InferenceServices.Inference.Repository;

/// <summary>Checks the files of a model before they are opened: a pipe or a device would block the load or never end.</summary>
internal static partial class ModelFolder
{
    /// <summary>Largest file of settings or labels in bytes.</summary>
    public const int MaxTextBytes = 16 << 20;

    private const int CurrentFolder = -100;
    private const uint TypeMask = 1;

    /// <summary>Checks that a path is a regular file, or a link to one.</summary>
    /// <exception cref="ModelLoadException">The path is a pipe, a socket or a device.</exception>
    public static void CheckRegular(string path)
    {
        if (!IsRegular(path)) throw new ModelLoadException($"{path} is not a regular file.");
    }

    /// <summary>Reads a file that belongs to a model: a regular file in the model's folder of at most <see cref="MaxTextBytes"/>.</summary>
    /// <remarks>The content can become visible to clients, so a link must not lead out of the folder.</remarks>
    /// <param name="folder">The folder of the model.</param>
    /// <param name="name">Name of the file in the folder.</param>
    /// <exception cref="ModelLoadException">The file is not regular, too large or a link out of the folder.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file cannot be read.</exception>
    public static byte[] Read(string folder, string name)
    {
        var path = Path.Combine(folder, name);
        CheckRegular(path);
        if (!IsWithin(RealPath(folder), RealPath(path)) && !IsBesideModel(folder, RealPath(path)))
            throw new ModelLoadException($"{path} is a link to a file outside of its folder.");
        using var file = File.OpenRead(path);
        if (file.Length > MaxTextBytes) throw new ModelLoadException($"{path} has {file.Length} bytes; at most {MaxTextBytes} are allowed.");
        var content = new byte[file.Length];
        return content[..file.ReadAtLeast(content, content.Length, throwOnEndOfStream: false)];
    }

    // storage-initializer and Hugging Face's cache link each file of a model; the file may then be where the model file is.
    private static bool IsBesideModel(string folder, string target)
        => Directory.EnumerateFileSystemEntries(folder)
            .Where(static entry => Path.GetExtension(entry) is ".onnx" or ".ort" || Path.GetFileName(entry).All(char.IsAsciiDigit))
            .Any(entry => Path.GetDirectoryName(RealPath(entry)) is { } root && root != Path.GetPathRoot(root) && IsWithin(root, target));

    private static bool IsWithin(string folder, string path) => path.StartsWith(folder.TrimEnd('/') + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    // .NET reports pipes and devices as normal files.
    private static bool IsRegular(string path)
    {
        if (!OperatingSystem.IsLinux()) return true;
        // 256 bytes, the same layout on every architecture: stx_mode is at 28.
        Span<byte> status = stackalloc byte[256];
        // A missing file is reported by the attempt to open it.
        if (Statx(CurrentFolder, path, 0, TypeMask, ref MemoryMarshal.GetReference(status)) != 0) return true;
        const int Format = 0xF000, Regular = 0x8000;
        return (MemoryMarshal.Read<ushort>(status[28..]) & Format) == Regular;
    }

    private static string RealPath(string path)
        => (OperatingSystem.IsLinux() ? RealPath(path, 0) : null) ?? Path.GetFullPath(path);

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, ref byte status);

    // The marshaller releases the returned text.
    [LibraryImport("libc", EntryPoint = "realpath", StringMarshalling = StringMarshalling.Utf8)]
    private static partial string? RealPath(string path, nint buffer);
}
