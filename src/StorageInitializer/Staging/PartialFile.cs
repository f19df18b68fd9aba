using System.Text.Json;
using InferenceServices.StorageInitializer.Sources;
using Microsoft.Win32.SafeHandles;

namespace InferenceServices.StorageInitializer.Staging;

/// <summary>A file that parallel connections download in parts. After a restart only the missing parts are downloaded.</summary>
internal sealed class PartialFile : IDisposable
{
    /// <summary>The part size in bytes: small enough to limit the loss after a restart, large enough that requests cost little.</summary>
    internal const long PartLength = 32L << 20;

    private readonly string _path;
    private readonly string _statePath;
    private readonly HashSet<int> _done;
    private readonly Lock _gate = new();
    private SafeFileHandle? _handle;

    public PartialFile(RemoteFile file, StagingDirectory staging)
    {
        File = file;
        _path = staging.GetPartialPath(file.Path);
        _statePath = _path + ".json";
        _done = [.. ReadCompletedParts(file)];
    }

    public RemoteFile File { get; }

    /// <summary>The parts that are not downloaded yet.</summary>
    public IEnumerable<FilePart> MissingParts => Enumerable.Range(0, PartCount).Except([.. _done]).Select(GetPart);

    /// <summary>Bytes downloaded before a restart; 0 if the length is unknown.</summary>
    public long BytesDone => _done.Sum(number => GetPart(number).Length ?? 0);

    public StagedFile Staged => new(File.Path, _path, File.IsLayer);

    public ValueTask WriteAsync(long offset, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        lock (_gate) _handle ??= System.IO.File.OpenHandle(_path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
        return RandomAccess.WriteAsync(_handle, bytes, offset, cancellationToken);
    }

    /// <summary>Records a part as downloaded.</summary>
    /// <param name="part">The part.</param>
    /// <param name="end">The end of the file, for a part of unknown length.</param>
    public void Complete(FilePart part, long end)
    {
        lock (_gate)
        {
            _handle ??= System.IO.File.OpenHandle(_path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
            if (File.Length is null) RandomAccess.SetLength(_handle, end);
            _done.Add(part.Number);
            var state = new PartialFileState(File.Version, File.Length, PartLength, [.. _done]);
            var temporary = _statePath + ".new";
            System.IO.File.WriteAllText(temporary, JsonSerializer.Serialize(state, StorageJson.Default.PartialFileState));
            System.IO.File.Move(temporary, _statePath, overwrite: true);
        }
    }

    public void Dispose() => _handle?.Dispose();

    // Without a version, parts of two downloads may belong to two versions of the file.
    private int[] ReadCompletedParts(RemoteFile file)
    {
        if (file.Version is not null && System.IO.File.Exists(_path) && System.IO.File.Exists(_statePath))
            try
            {
                var state = JsonSerializer.Deserialize(System.IO.File.ReadAllText(_statePath), StorageJson.Default.PartialFileState);
                if (state is not null && state.Version == file.Version && state.Length == file.Length && state.PartLength == PartLength) return state.Done;
            }
            catch (JsonException)
            {
            }
        System.IO.File.Delete(_path);
        System.IO.File.Delete(_statePath);
        return [];
    }

    // A single part without range support or without a known length.
    private int PartCount => File is { Length: > PartLength, SupportsRanges: true } ? (int)((File.Length.Value + PartLength - 1) / PartLength) : 1;

    private FilePart GetPart(int number)
    {
        var start = number * PartLength;
        return new FilePart(number, start, PartCount == 1 ? File.Length : Math.Min(PartLength, File.Length!.Value - start));
    }
}
