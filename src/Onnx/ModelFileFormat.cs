using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace InferenceServices.Onnx;

/// <summary>Recognizes files that are often found in place of an ONNX model, by their first bytes.</summary>
public static class ModelFileFormat
{
    private const int HeadLength = 512;

    /// <summary>Describes a file that is not an ONNX model.</summary>
    /// <param name="path">The file.</param>
    /// <returns>What the file is and how to correct it, as a part of a sentence; null for an ONNX model, a model in ORT format or an unknown format.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file cannot be read.</exception>
    public static string? FindProblem(string path)
    {
        using var file = File.OpenRead(path);
        var buffer = new byte[HeadLength];
        var head = buffer.AsSpan(0, file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false));
        if (head.IsEmpty) return "the file is empty; copy or download the model again";
        if (head.StartsWith("PK\x03\x04"u8)) return FindZipProblem(file);
        if (head.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B])) return "the file is a gzip archive; unpack the archive";
        if (head.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'H', (byte)'D', (byte)'F'])) return "the file is a Keras model in HDF5 format; convert the model to ONNX with tf2onnx";
        if (head.Length > 8 && head[4..8].SequenceEqual("TFL3"u8)) return "the file is a TensorFlow Lite model; convert the model to ONNX with tf2onnx";
        if (head.StartsWith("GGUF"u8)) return "the file is a language model in GGUF format, which llama.cpp runs; export the original model to ONNX, for example with optimum-cli export onnx";
        if (IsPickle(head)) return "the file is a Python pickle (scikit-learn, joblib, old PyTorch); export the model to ONNX, for example with skl2onnx or torch.onnx.export";
        if (IsSafetensors(head)) return "the file has weights in safetensors format and no graph; export the model to ONNX, for example with optimum-cli export onnx";
        if (Path.GetFileName(path) == "saved_model.pb") return "the file is a TensorFlow SavedModel; convert the model to ONNX with tf2onnx";
        return FindTextProblem(head);
    }

    /// <summary>Describes a directory that has a model of another format.</summary>
    /// <param name="directory">The directory.</param>
    /// <returns>The name of the first such file and how to correct it; null without one.</returns>
    public static string? FindOtherModel(string directory)
    {
        string[] known = [".pb", ".pt", ".pth", ".bin", ".pkl", ".pickle", ".joblib", ".safetensors", ".h5", ".keras", ".tflite", ".zip", ".mar"];
        foreach (var path in Directory.EnumerateFiles(directory).Where(path => known.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase)).Order(StringComparer.Ordinal))
        {
            try
            {
                if (FindProblem(path) is { } problem) return $"{Path.GetFileName(path)}: {problem}";
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Another file may be readable.
            }
        }
        return null;
    }

    // torch.save and TorchScript write a zip archive with data.pkl.
    private static string FindZipProblem(FileStream file)
    {
        try
        {
            file.Position = 0;
            using var archive = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
            // The first entries are sufficient: an archive may have millions.
            if (archive.Entries.Take(64).Any(static entry => entry.Name == "data.pkl")) return "the file is a PyTorch model (.pt); export the model to ONNX with torch.onnx.export";
            if (archive.Entries.Take(64).Any(static entry => entry.Name is "model.weights.h5" or "config.json")) return "the file is a Keras model; convert the model to ONNX with tf2onnx";
        }
        catch (InvalidDataException)
        {
            return "the file is a damaged zip archive; download the model again";
        }
        return "the file is a zip archive; unpack the archive";
    }

    // Protocol 2 and later: PROTO, the number and a known operation; a frame in protocol 4.
    private static bool IsPickle(ReadOnlySpan<byte> head)
        => head.Length > 2 && head[0] == 0x80 && head[1] is >= 2 and <= 5 && (head[2] is 0x95 or (byte)'c' or (byte)'}' or (byte)']' or (byte)'(' or 0x8a or (byte)'X');

    // The length of a JSON header, then the header.
    private static bool IsSafetensors(ReadOnlySpan<byte> head)
        => head.Length > 10 && BinaryPrimitives.ReadUInt64LittleEndian(head) is > 1 and < 100_000_000 && head[8] == '{' && head[9] == '"';

    private static string? FindTextProblem(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith("\uFEFF"u8)) head = head[3..];
        head = head.TrimStart(" \t\r\n"u8);
        if (head.StartsWith("version https://git-lfs.github.com/"u8)) return "the file is a Git LFS pointer; run git lfs pull, or download the file itself";
        if (StartsWith(head, "<!doctype html") || StartsWith(head, "<html") || StartsWith(head, "<head")) return "the file is an HTML page, usually of a login or an error; check the URL and the credentials";
        if (StartsWith(head, "<?xml") || StartsWith(head, "<error")) return "the file is XML, usually an error of an object store; check the URL and the credentials";
        if (head.Length > 0 && head[0] is (byte)'{' && !head.ContainsAnyInRange((byte)0, (byte)8)) return "the file is JSON, usually an error of a web server; check the URL and the credentials";
        return null;
    }

    private static bool StartsWith(ReadOnlySpan<byte> head, string text)
        => head.Length >= text.Length && Encoding.ASCII.GetString(head[..text.Length]).Equals(text, StringComparison.OrdinalIgnoreCase);
}
