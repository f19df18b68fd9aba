using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using InferenceServices.Inference.Graphs;
using Microsoft.Extensions.Logging;
using Microsoft.ML.OnnxRuntime;

namespace InferenceServices.Inference.Execution;

/// <summary>
/// A directory of optimized graphs, which makes the next start faster. File names are hashes of everything that the content depends on: the bytes of the
/// model, the version of the runtime and the processor. A cache failure costs time but does not fail the load.
/// </summary>
/// <param name="directory">Directory of the cache, created on first use. Processes may share it.</param>
/// <param name="logger">Logger for cache failures.</param>
internal sealed class OptimizedModelCache(string directory, ILogger logger)
{
    /// <summary>Opens a model, from the cache if possible. Models with external weights and models in ORT format are not cached.</summary>
    /// <param name="graph">The model.</param>
    /// <param name="options">Session options. This method changes them.</param>
    /// <exception cref="OnnxRuntimeException">The file is not a model, or the runtime does not support it.</exception>
    public InferenceSession Open(ModelGraph graph, SessionOptions options)
    {
        // A model in ORT format is already optimized.
        if (Path.GetExtension(graph.Path) == ".ort" || KeyOf(graph) is not { } key) return ModelSession.Open(graph, options);
        var cached = Path.Combine(directory, $"{key}.onnx");
        if (File.Exists(cached))
        {
            try
            {
                options.GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL;
                return new InferenceSession(cached, options);
            }
            catch (OnnxRuntimeException exception)
            {
                Log.CacheFailed(logger, cached, exception.Message);
                options.GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL;
            }
        }
        return OpenAndStore(graph, cached, options);
    }

    private InferenceSession OpenAndStore(ModelGraph graph, string cached, SessionOptions options)
    {
        // Written under a temporary name, because another process may read the cache meanwhile.
        var partial = $"{cached}.{Path.GetRandomFileName()}.partial";
        try
        {
            Directory.CreateDirectory(directory);
            options.OptimizedModelFilePath = partial;
            var session = ModelSession.Open(graph, options);
            File.Move(partial, cached, overwrite: true);
            return session;
        }
        catch (Exception exception) when (exception is OnnxRuntimeException or IOException or UnauthorizedAccessException)
        {
            // Opening the model without the cache shows whether the model itself is invalid.
            Log.CacheFailed(logger, cached, exception.Message);
            options.OptimizedModelFilePath = "";
            return ModelSession.Open(graph, options);
        }
        finally
        {
            if (File.Exists(partial)) File.Delete(partial);
        }
    }

    private static string? KeyOf(ModelGraph graph)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{OnnxRuntime.Version}|{RuntimeInformation.ProcessArchitecture}|{Processor()}|"));
        try
        {
            // External weights would have to be copied to the cache and monitored for changes.
            using Stream content = graph.Content is { } changed ? new MemoryStream(changed) : File.OpenRead(graph.Path);
            if (Append(hash, content)) return null;
        }
        catch (IOException)
        {
            return null;
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <returns>Whether the graph may have external weights: their entries contain the key "location".</returns>
    private static bool Append(IncrementalHash hash, Stream content)
    {
        var word = "location"u8;
        var buffer = new byte[1 << 20];
        var (found, carried) = (false, 0);
        for (int read; (read = content.Read(buffer, carried, buffer.Length - carried)) > 0;)
        {
            hash.AppendData(buffer, carried, read);
            var seen = buffer.AsSpan(0, carried + read);
            found |= seen.IndexOf(word) >= 0;
            // The key may span two blocks.
            carried = Math.Min(word.Length - 1, seen.Length);
            seen[^carried..].CopyTo(buffer);
        }
        return found;
    }

    // The processor features that determine the optimizer's choice of kernels.
    private static string Processor()
        => File.Exists("/proc/cpuinfo") ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("flags", StringComparison.Ordinal)) ?? "" : "";
}
