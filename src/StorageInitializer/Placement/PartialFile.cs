using System.Text.Json;
using InferenceServices.StorageInitializer.Sources;
using Microsoft.Win32.SafeHandles;

namespace InferenceServices.StorageInitializer.Placement;

/// <summary>A file that grows in parts, each written at its own place, by several connections at once; after a restart only the missing parts are fetched.</summary>
internal sealed class PartialFile : IDisposable
{
    /// <summary>Small enough that a broken connection costs little, large enough that asking does not.</summary>
    internal const long PartLength = 32L << 20;

    private readonly string _path;
    private readonly string _statePath;
    private readonly HashSet<int> _done;
    private readonly Lock _gate = new();
    private SafeFileHandle? _handle;

    public PartialFile(RemoteFile file, Staging staging)
    {
        File = file;
        _path = staging.PartialPathOf(file.Path);
        _statePath = _path + ".json";
        _done = [.. ReadDone(file)];
    }

    public RemoteFile File { get; }

    /// <summary>What is still to be fetched.</summary>
    public IEnumerable<FilePart> Missing => Enumerable.Range(0, Parts).Except([.. _done]).Select(PartOf);

    /// <summary>Bytes that an earlier start has brought; 0 where the length is not known.</summary>
    public long BytesDone => _done.Sum(number => PartOf(number).Length ?? 0);

    public StagedFile Staged => new(File.Path, _path, File.IsLayer);

    public ValueTask WriteAsync(long offset, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        lock (_gate) _handle ??= System.IO.File.OpenHandle(_path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
        return RandomAccess.WriteAsync(_handle, bytes, offset, cancellationToken);
    }

    /// <summary>A part has come whole.</summary>
    /// <param name="part">Which.</param>
    /// <param name="end">Where the file ends, for a part whose length was not known.</param>
    public void Complete(FilePart part, long end)
    {
        lock (_gate)
        {
            _handle ??= System.IO.File.OpenHandle(_path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
            if (File.Length is null) RandomAccess.SetLength(_handle, end);
            _done.Add(part.Number);
            var state = new PartialFileState(File.Version, File.Length, PartLength, [.. _done]);
            var written = _statePath + ".new";
            System.IO.File.WriteAllText(written, JsonSerializer.Serialize(state, StorageJson.Default.PartialFileState));
            System.IO.File.Move(written, _statePath, overwrite: true);
        }
    }

    public void Dispose() => _handle?.Dispose();

    // Without a version nothing says that the parts of today and of yesterday are of one file.
    private int[] ReadDone(RemoteFile file)
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

    // One part for a file whose length or whose server forbids to ask for pieces.
    private int Parts => File is { Length: > PartLength, HasRanges: true } ? (int)((File.Length.Value + PartLength - 1) / PartLength) : 1;

    private FilePart PartOf(int number)
    {
        var start = number * PartLength;
        return new FilePart(number, start, Parts == 1 ? File.Length : Math.Min(PartLength, File.Length!.Value - start));
    }
}
