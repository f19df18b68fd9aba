using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using InferenceServices.StorageInitializer.Sources;
using InferenceServices.StorageInitializer.Staging;

namespace InferenceServices.StorageInitializer.Transfer;

/// <summary>Downloads the files of a model in parallel parts. An interrupted part resumes at its last byte.</summary>
internal sealed class Downloader(StorageEnvironment environment, StorageHttp http, ModelSource source, TextWriter log, TimeProvider time)
{
    /// <summary>Memory per connection in bytes, independent of the size of the model.</summary>
    private const int BufferLength = 128 << 10;

    /// <summary>Downloads the missing parts and verifies the hashes.</summary>
    /// <returns>The complete files in the staging folder.</returns>
    /// <exception cref="StorageException">A file cannot be downloaded.</exception>
    public async Task<IReadOnlyList<StagedFile>> DownloadAsync(IReadOnlyList<RemoteFile> files, StagingDirectory staging, CancellationToken cancellationToken)
    {
        var partial = files.Select(file => new PartialFile(file, staging)).ToList();
        try
        {
            var total = files.Sum(file => file.Length ?? 0);
            var present = partial.Sum(file => file.BytesDone);
            RequireSpace(staging.Destination, total - present);
            await using (var progress = new ProgressLog(log, time, total, present))
            {
                var work = partial.SelectMany(file => file.MissingParts.Select(part => (file, part)));
                await Parallel.ForEachAsync(
                    work,
                    new ParallelOptions { MaxDegreeOfParallelism = environment.MaxConnections, CancellationToken = cancellationToken },
                    async (item, cancellation) => await FetchAsync(item.file, item.part, progress, cancellation));
            }
            foreach (var file in partial.Where(file => file.File.Digest is not null)) await file.File.Digest!.VerifyAsync(file.Staged.StagedPath, file.File.Path, cancellationToken);
            return [.. partial.Select(file => file.Staged)];
        }
        finally
        {
            partial.ForEach(file => file.Dispose());
        }
    }

    private static void RequireSpace(string destination, long needed)
    {
        var free = new DriveInfo(destination).AvailableFreeSpace;
        if (needed > free)
            throw new StorageException(FailureCategory.Disk, $"The model needs {ByteSize.Format(needed)} more disk space, but {destination} has {ByteSize.Format(free)} free; raise the size of the volume or the pod's ephemeral-storage.");
    }

    private async Task FetchAsync(PartialFile file, FilePart part, ProgressLog progress, CancellationToken cancellationToken)
    {
        var position = part.Start;
        while (true)
        {
            var before = position;
            try
            {
                await http.RetryAsync(
                    async () =>
                    {
                        await AttemptAsync();
                        return true;
                    },
                    cancellationToken);
                file.Complete(part, position);
                return;
            }
            // Attempts count only without progress.
            catch (StorageException failure) when (failure.Category == FailureCategory.Connection && failure.InnerException is TransientException && position > before)
            {
                await log.WriteLineAsync($"storage-initializer: {file.File.Path}: {failure.Message} resuming at {ByteSize.Format(position)}");
            }
        }

        async Task AttemptAsync()
        {
            // An empty file has no range; the write creates the file.
            if (part.Length == 0)
            {
                await file.WriteAsync(0, ReadOnlyMemory<byte>.Empty, cancellationToken);
                return;
            }
            var isRange = file.File.SupportsRanges && file.File.Length is not null;
            var range = isRange ? new RangeHeaderValue(position, part.Start + part.Length!.Value - 1) : null;
            using var response = await http.SendAsync(() => source.CreateRequestAsync(file.File, range, cancellationToken), cancellationToken);
            var skip = ValidateResponse(file.File, response, isRange, position);
            // The server ignored the range and sends the whole file; the part ends the read.
            var isAll = isRange && response.StatusCode == HttpStatusCode.OK;
            // Restarts the file: without ranges the server may send another version.
            if (!isRange && skip == 0)
            {
                progress.Add(part.Start - position);
                position = part.Start;
            }

            var buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
            try
            {
                await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
                var end = part.Length is { } partLength ? part.Start + partLength : (long?)null;
                while (true)
                {
                    var read = await ReadAsync(body, buffer, file.File, cancellationToken);
                    if (read == 0) break;
                    if (skip > 0)
                    {
                        var skipped = (int)Math.Min(skip, read);
                        skip -= skipped;
                        if (skipped == read) continue;
                        buffer.AsSpan(skipped, read - skipped).CopyTo(buffer);
                        read -= skipped;
                    }
                    if (isAll) read = (int)Math.Min(read, end!.Value - position);
                    if (end is { } last && position + read > last) throw new StorageException(FailureCategory.Corrupt, $"{file.File.Path} is longer than the expected {ByteSize.Format(file.File.Length!.Value)}.");
                    await file.WriteAsync(position, buffer.AsMemory(0, read), cancellationToken);
                    position += read;
                    progress.Add(read);
                    if (isAll && position == end) break;
                }
                if (end is { } expected && position < expected) throw new TransientException($"{file.File.Path} was interrupted at {ByteSize.Format(position)} of {ByteSize.Format(file.File.Length!.Value)};");
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    private async ValueTask<int> ReadAsync(Stream body, byte[] buffer, RemoteFile file, CancellationToken cancellationToken)
    {
        using var limit = StorageHttp.CreateTimeout(environment.ReadTimeout, cancellationToken);
        try
        {
            return await body.ReadAsync(buffer.AsMemory(0, BufferLength), limit.Token);
        }
        catch (Exception failure) when (StorageHttp.IsTransient(failure, cancellationToken))
        {
            throw new TransientException($"{file.Path} was interrupted: {(failure is OperationCanceledException ? $"no data for {environment.ReadTimeout.TotalSeconds:0} s" : failure.Message)};", failure);
        }
    }

    /// <summary>Validates that a response belongs to the listed version of the file and to the requested range.</summary>
    /// <returns>The number of bytes at the start of the body to skip.</returns>
    private static long ValidateResponse(RemoteFile file, HttpResponseMessage response, bool isRange, long position)
    {
        var isOtherVersion = (file.EntityTag is not null && StorageHttp.GetEntityTag(response) is { } tag && tag != file.EntityTag)
            || (file.LastModified is not null && response.Content.Headers.LastModified is { } changed && changed != file.LastModified);
        if (isOtherVersion)
            throw new StorageException(FailureCategory.Corrupt, $"{file.Path} changed during the download; start again.");

        // A server that requires a login often answers 200 with its login page.
        if (response.Content.Headers.ContentType?.MediaType is "text/html" or "application/xhtml+xml" && Path.GetExtension(file.Path) is not (".html" or ".htm" or ".xhtml"))
            throw new StorageException(FailureCategory.Authentication, $"{response.RequestMessage!.RequestUri!.Host} sends an HTML page, such as a login page, instead of {file.Path}; check the address and the credentials.");

        // Some servers send a .gz file with Content-Encoding gzip.
        if (response.Content.Headers.ContentEncoding.FirstOrDefault(name => name != "identity") is { } encoding && !file.Path.EndsWith("gz", StringComparison.Ordinal))
            throw new StorageException(FailureCategory.Unsupported, $"The server sends {file.Path} compressed ({encoding}), although the request accepts identity only; store it without Content-Encoding.");

        if (response.StatusCode == HttpStatusCode.PartialContent)
        {
            var received = response.Content.Headers.ContentRange;
            if (!isRange || received?.From != position || (received.Length is { } total && total != file.Length))
                throw new StorageException(FailureCategory.Corrupt, $"{file.Path}: bytes from {position} of {file.Length} were requested, but the server sent {received?.ToString() ?? "no Content-Range"}.");
            return 0;
        }
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
            throw new StorageException(FailureCategory.Corrupt, $"The server has no bytes from {position} of {file.Path}, whose expected length is {file.Length}.");
        if (response.Content.Headers.ContentLength is { } length && file.Length is { } expected && length != expected)
            throw new StorageException(FailureCategory.Corrupt, $"{file.Path} has {length} bytes on the server; expected {expected}.");
        // The server ignored the range: the bytes before the position are skipped.
        return isRange ? position : 0;
    }
}
