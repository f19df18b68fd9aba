namespace InferenceServices.Benchmarks.Mibc;

/// <summary>A profile for ILC, the compiler of native programs (<c>--mibc</c>): how often the blocks of methods ran, and the types and methods that calls reached.</summary>
internal static class MibcFile
{
    /// <summary>Writes the profile of a traced JIT run; <c>eng/native/profile</c> records the trace.</summary>
    public static void Write(string path, string trace)
    {
        var metadata = new MibcMetadata(Path.GetFileName(path));
        var methods = InstrumentationTrace.Read(trace, metadata).OrderBy(method => method.Method.Key, StringComparer.Ordinal).ToList();
        MibcWriter.Write(path, metadata, methods);
        Console.WriteLine($"{methods.Count} methods, {new FileInfo(path).Length} bytes");
    }
}
