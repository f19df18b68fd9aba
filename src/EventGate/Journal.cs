using System.Buffers;
using System.Text.Json;
using InferenceServices.Contracts.Errors;

namespace InferenceServices.EventGate;

/// <summary>
/// What waits, on disk: a line for every event posted and one for every event that needs nothing more. Written at once but not forced to the device,
/// so it outlives the process however that ends, and not a loss of power. Not safe for threads by itself.
/// </summary>
internal sealed class Journal : IDisposable
{
    public const string FileName = "journal.jsonl";

    private readonly string _path;
    private readonly FileStream _lock;
    private FileStream _file;

    private Journal(string path, FileStream @lock, FileStream file) => (_path, _lock, _file) = (path, @lock, file);

    /// <summary>Bytes on disk.</summary>
    public long Length => _file.Length;

    /// <summary>Opens the journal of a directory, which is made where it is not there.</summary>
    /// <param name="directory">No other process may have it open.</param>
    /// <param name="waiting">What waited when it was last written, in that order.</param>
    /// <exception cref="StartException">It cannot be read and written, or another process has it.</exception>
    public static Journal Open(string directory, out IReadOnlyList<WaitingEvent> waiting)
    {
        FileStream? held = null;
        try
        {
            Directory.CreateDirectory(directory);
            // The journal itself is replaced now and then, and a lock with it.
            held = new FileStream(Path.Combine(directory, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            var path = Path.Combine(directory, FileName);
            var file = OpenFile(path, FileMode.OpenOrCreate);
            (waiting, var whole) = JournalReader.Read(file);
            // What was cut off while it was written was never promised to anybody.
            file.SetLength(whole);
            file.Position = whole;
            return new Journal(path, held, file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            held?.Dispose();
            throw new StartException($"--eventgate_outbox_dir {directory} should be a directory of this process alone: {exception.Message}", exception);
        }
    }

    /// <summary>Notes an event. One that throws has left nothing behind.</summary>
    /// <exception cref="IOException">It could not be written, for lack of space for one.</exception>
    public void Post(WaitingEvent waiting) => Append(LineOf(waiting));

    /// <summary>Notes that events need nothing more.</summary>
    /// <exception cref="IOException">They could not be written: they will be sent once more, after a restart.</exception>
    public void Settle(IEnumerable<WaitingEvent> events)
    {
        var lines = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(lines);
        foreach (var settled in events)
        {
            json.WriteStartObject();
            json.WriteString("settled", settled.Content.Id);
            json.WriteEndObject();
            json.Flush();
            lines.Write("\n"u8);
            json.Reset();
        }
        Append(lines.WrittenSpan);
    }

    /// <summary>Begins anew with what still waits.</summary>
    /// <exception cref="IOException">It could not be written; the old one goes on.</exception>
    public void Rewrite(IEnumerable<WaitingEvent> waiting)
    {
        var next = OpenFile(_path + ".next", FileMode.Create);
        try
        {
            foreach (var one in waiting) next.Write(LineOf(one));
            File.Move(_path + ".next", _path, overwrite: true);
        }
        catch
        {
            next.Dispose();
            throw;
        }
        _file.Dispose();
        _file = next;
    }

    public void Dispose()
    {
        _file.Dispose();
        _lock.Dispose();
    }

    private static FileStream OpenFile(string path, FileMode mode) => new(path, mode, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);

    private static ReadOnlySpan<byte> LineOf(WaitingEvent waiting)
    {
        var line = new ArrayBufferWriter<byte>(waiting.Content.Json.Length + 256);
        using (var json = new Utf8JsonWriter(line))
        {
            json.WriteStartObject();
            json.WriteString("posted", waiting.Posted);
            json.WriteString("id", waiting.Content.Id);
            json.WritePropertyName("event");
            json.WriteRawValue(waiting.Content.Json.Span, skipInputValidation: true);
            json.WriteEndObject();
        }
        line.Write("\n"u8);
        return line.WrittenSpan;
    }

    private void Append(ReadOnlySpan<byte> lines)
    {
        var before = _file.Position;
        try
        {
            _file.Write(lines);
        }
        catch (IOException)
        {
            // Half a line would spoil the next one.
            _file.SetLength(before);
            _file.Position = before;
            throw;
        }
    }
}
