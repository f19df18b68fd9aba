using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text.Json;

namespace InferenceServices.ModelTools.Score;

/// <summary>A file of results, one per line, possibly from an earlier run.</summary>
internal sealed class ScoreFile : IDisposable
{
    private readonly FileStream _file;
    private readonly Lock _writing = new();

    private ScoreFile(FileStream file, HashSet<long> known) => (_file, Known) = (file, known);

    /// <summary>Gets the ids of the revisions in the file.</summary>
    public IReadOnlySet<long> Known { get; }

    /// <summary>Opens or makes it. Half a line at its end, of a run that was killed, is removed.</summary>
    /// <exception cref="ModelFileException">The file has other content.</exception>
    public static ScoreFile Open(string path)
    {
        var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        try
        {
            var known = new HashSet<long>();
            var end = ReadIds(file, path, known);
            file.SetLength(end);
            file.Position = end;
            return new ScoreFile(file, known);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Appends and flushes a line; thread-safe.</summary>
    public void Add(ReadOnlySpan<byte> line)
    {
        lock (_writing)
        {
            _file.Write(line);
            _file.Flush();
        }
    }

    public void Dispose() => _file.Dispose();

    // Line by line: a file of results with features has gigabytes.
    private static long ReadIds(FileStream file, string path, HashSet<long> known)
    {
        var reader = PipeReader.Create(file, new StreamPipeReaderOptions(leaveOpen: true));
        var (end, number) = (0L, 0);
        while (true)
        {
            // The stream is a file, which is read synchronously.
            var read = reader.ReadAsync().AsTask().GetAwaiter().GetResult();
            var rest = read.Buffer;
            while (rest.PositionOf((byte)'\n') is { } newline)
            {
                var line = rest.Slice(0, newline);
                known.Add(IdOf(line, $"{path}, line {++number}"));
                end += line.Length + 1;
                rest = rest.Slice(rest.GetPosition(1, newline));
            }
            reader.AdvanceTo(rest.Start, rest.End);
            if (!read.IsCompleted) continue;
            reader.Complete();
            return end;
        }
    }

    private static long IdOf(ReadOnlySequence<byte> line, string place)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            return json.RootElement.GetProperty("rev_id").GetInt64();
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new ModelFileException(string.Create(CultureInfo.InvariantCulture, $"{place} is not a result of an earlier run; --output needs a separate file."));
        }
    }
}
