using System.Buffers;
using System.Text.Json;
using InferenceServices.Contracts.Errors;

namespace InferenceServices.EventGate;

/// <summary>
/// Journal of the outbox on disk: one line per posted event and one line per settled event. Writes are not synced to the device: the journal survives the end of
/// the process, but not a power failure. Not thread-safe.
/// </summary>
internal sealed class Journal : IDisposable
{
    public const string FileName = "journal.jsonl";

    private readonly string _path;
    private readonly FileStream _lock;
    private FileStream _file;

    private Journal(string path, FileStream @lock, FileStream file) => (_path, _lock, _file) = (path, @lock, file);

    /// <summary>Size of the journal in bytes.</summary>
    public long Length => _file.Length;

    /// <summary>Opens the journal of a directory and creates the directory if it does not exist.</summary>
    /// <param name="directory">Directory that no other process uses.</param>
    /// <param name="pending">Pending events of the journal, in posting order.</param>
    /// <exception cref="StartException">The directory is not readable and writable, or another process uses it.</exception>
    public static Journal Open(string directory, out IReadOnlyList<PendingEvent> pending)
    {
        FileStream? lockFile = null;
        try
        {
            Directory.CreateDirectory(directory);
            // A lock on the journal itself would be lost when Rewrite replaces the file.
            lockFile = new FileStream(Path.Combine(directory, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            var path = Path.Combine(directory, FileName);
            var file = OpenFile(path, FileMode.OpenOrCreate);
            (pending, var completeBytes) = JournalReader.Read(file);
            // Removes a partial last line; its Post never returned.
            file.SetLength(completeBytes);
            file.Position = completeBytes;
            return new Journal(path, lockFile, file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            lockFile?.Dispose();
            throw new StartException($"--eventgate_outbox_dir {directory} should be a directory of this process alone: {exception.Message}", exception);
        }
    }

    /// <summary>Appends a posted event. Appends nothing on failure.</summary>
    /// <exception cref="IOException">Writing failed, for example because the disk is full.</exception>
    public void Post(PendingEvent pending) => Append(LineOf(pending));

    /// <summary>Appends settled events.</summary>
    /// <exception cref="IOException">Writing failed; the events are sent again after a restart.</exception>
    public void Settle(IEnumerable<PendingEvent> events)
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

    /// <summary>Replaces the journal by a journal of the pending events.</summary>
    /// <exception cref="IOException">Writing failed; the old journal stays in use.</exception>
    public void Rewrite(IEnumerable<PendingEvent> events)
    {
        var next = OpenFile(_path + ".next", FileMode.Create);
        try
        {
            foreach (var pending in events) next.Write(LineOf(pending));
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

    private static ReadOnlySpan<byte> LineOf(PendingEvent pending)
    {
        var line = new ArrayBufferWriter<byte>(pending.Content.Json.Length + 256);
        using (var json = new Utf8JsonWriter(line))
        {
            json.WriteStartObject();
            json.WriteString("posted", pending.Posted);
            json.WriteString("id", pending.Content.Id);
            json.WritePropertyName("event");
            json.WriteRawValue(pending.Content.Json.Span, skipInputValidation: true);
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
            // Removes a partial line, which would corrupt the next one.
            _file.SetLength(before);
            _file.Position = before;
            throw;
        }
    }
}
