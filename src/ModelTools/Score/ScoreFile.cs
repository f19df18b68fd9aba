using System.Globalization;
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

    /// <summary>Opens or makes it. Half a line at its end, of a run that was killed, is truncated.</summary>
    /// <exception cref="ModelFileException">The file has other content.</exception>
    public static ScoreFile Open(string path)
    {
        var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        try
        {
            var known = new HashSet<long>();
            var end = 0L;
            using (var reader = new StreamReader(file, leaveOpen: true))
            {
                var text = reader.ReadToEnd();
                var lines = text.Split('\n');
                for (var i = 0; i < lines.Length - 1; i++) known.Add(IdOf(lines[i], $"{path}, line {i + 1}"));
                end = file.Length - reader.CurrentEncoding.GetByteCount(lines[^1]);
            }
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

    private static long IdOf(string line, string place)
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
