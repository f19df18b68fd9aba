using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.ML.OnnxRuntime;

namespace InferenceServices.Inference.Execution;

/// <summary>
/// Graphs as the runtime optimised them, in a directory, so that the next start need not do it again. A file's name stands for everything that its content
/// depends on: the model's own bytes, the runtime's version and the processor. What cannot be read or written costs time, never a model.
/// </summary>
/// <param name="directory">Made when it is first needed; processes may share it.</param>
/// <param name="logger">Hears of what could not be kept.</param>
internal sealed class OptimizedModelCache(string directory, ILogger logger)
{
    /// <summary>Opens a model, from the cache where it is there. One that has weights in files of its own, or is in the runtime's own format, is not kept.</summary>
    /// <param name="path">The model as it was given.</param>
    /// <param name="options">For the session; changed by this.</param>
    /// <exception cref="OnnxRuntimeException">Not a model, or one this runtime cannot run.</exception>
    public InferenceSession Open(string path, SessionOptions options)
    {
        // A model in the runtime's own format is optimised already.
        if (Path.GetExtension(path) == ".ort" || KeyOf(path) is not { } key) return new InferenceSession(path, options);
        var kept = Path.Combine(directory, $"{key}.onnx");
        if (File.Exists(kept))
        {
            try
            {
                options.GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL;
                return new InferenceSession(kept, options);
            }
            catch (OnnxRuntimeException exception)
            {
                Log.CacheFailed(logger, kept, exception.Message);
                options.GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL;
            }
        }
        return OpenAndKeep(path, kept, options);
    }

    private InferenceSession OpenAndKeep(string path, string kept, SessionOptions options)
    {
        // Complete before it has its name: another process may be starting beside this one.
        var partial = $"{kept}.{Path.GetRandomFileName()}.partial";
        try
        {
            Directory.CreateDirectory(directory);
            options.OptimizedModelFilePath = partial;
            var session = new InferenceSession(path, options);
            File.Move(partial, kept, overwrite: true);
            return session;
        }
        catch (Exception exception) when (exception is OnnxRuntimeException or IOException or UnauthorizedAccessException)
        {
            // Without the cache the model shows by itself whether it is at fault.
            Log.CacheFailed(logger, kept, exception.Message);
            options.OptimizedModelFilePath = "";
            return new InferenceSession(path, options);
        }
        finally
        {
            if (File.Exists(partial)) File.Delete(partial);
        }
    }

    private static string? KeyOf(string path)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{OrtEnv.Instance().GetVersionString()}|{RuntimeInformation.ProcessArchitecture}|{Processor()}|"));
        try
        {
            // Weights in files of their own would have to be copied with it, and watched.
            if (AppendFile(hash, path)) return null;
        }
        catch (IOException)
        {
            return null;
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <returns>Whether the graph may have weights in other files: then it says where, under this word.</returns>
    private static bool AppendFile(IncrementalHash hash, string path)
    {
        var word = "location"u8;
        var buffer = new byte[1 << 20];
        var (found, kept) = (false, 0);
        using var file = File.OpenRead(path);
        for (int read; (read = file.Read(buffer, kept, buffer.Length - kept)) > 0;)
        {
            hash.AppendData(buffer, kept, read);
            var seen = buffer.AsSpan(0, kept + read);
            found |= seen.IndexOf(word) >= 0;
            // The word may lie across two blocks.
            kept = Math.Min(word.Length - 1, seen.Length);
            seen[^kept..].CopyTo(buffer);
        }
        return found;
    }

    // What kernels the optimiser may choose.
    private static string Processor()
        => File.Exists("/proc/cpuinfo") ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("flags", StringComparison.Ordinal)) ?? "" : "";
}
