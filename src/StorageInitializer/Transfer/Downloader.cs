using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using InferenceServices.StorageInitializer.Placement;
using InferenceServices.StorageInitializer.Sources;

namespace InferenceServices.StorageInitializer.Transfer;

/// <summary>Fetches the files of a model, several parts at once, each attempt going on where the last one broke off.</summary>
internal sealed class Downloader(StorageEnvironment environment, StorageHttp http, ModelSource source, TextWriter log, TimeProvider time)
{
    /// <summary>Memory a connection needs, whatever the size of the model.</summary>
    private const int BufferLength = 128 << 10;

    /// <returns>The files, whole and verified, in the staging folder.</returns>
    /// <exception cref="StorageException">One of them cannot be had.</exception>
    public async Task<IReadOnlyList<StagedFile>> DownloadAsync(IReadOnlyList<RemoteFile> files, Staging staging, CancellationToken cancellationToken)
    {
        var partial = files.Select(file => new PartialFile(file, staging)).ToList();
        try
        {
            var known = files.Sum(file => file.Length ?? 0);
            var present = partial.Sum(file => file.BytesDone);
            RequireSpace(staging.Destination, known - present);
            await using (var progress = new ProgressLog(log, time, known, present))
            {
                var work = partial.SelectMany(file => file.Missing.Select(part => (file, part)));
                await Parallel.ForEachAsync(
                    work,
                    new ParallelOptions { MaxDegreeOfParallelism = environment.Connections, CancellationToken = cancellationToken },
                    async (one, cancellation) => await FetchAsync(one.file, one.part, progress, cancellation));
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
            throw new StorageException(FailureCategory.Disk, $"The model needs {Bytes.Text(needed)} more, and {destination} has {Bytes.Text(free)} free; raise the size of the volume or the pod's ephemeral-storage.");
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
            // As long as something comes, it goes on: only attempts in vain count.
            catch (StorageException failure) when (failure.Category == FailureCategory.Connection && failure.InnerException is TransientException && position > before)
            {
                await log.WriteLineAsync($"storage-initializer: {file.File.Path}: {failure.Message} going on at {Bytes.Text(position)}");
            }
        }

        async Task AttemptAsync()
        {
            // A file of no bytes has no range; it is there once it is opened.
            if (part.Length == 0)
            {
                await file.WriteAsync(0, ReadOnlyMemory<byte>.Empty, cancellationToken);
                return;
            }
            var isPiece = file.File.HasRanges && file.File.Length is not null;
            var range = isPiece ? new RangeHeaderValue(position, part.Start + part.Length!.Value - 1) : null;
            using var response = await http.SendAsync(() => source.RequestAsync(file.File, range, cancellationToken), cancellationToken);
            var skip = Agree(file.File, response, isPiece, position);
            // All of a file comes where the server will give no piece after all; what follows the piece is not read.
            var isAll = isPiece && response.StatusCode == HttpStatusCode.OK;
            // From the start again: a server without ranges may have another file by now.
            if (!isPiece && skip == 0)
            {
                progress.Add(part.Start - position);
                position = part.Start;
            }

            var buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
            try
            {
                await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
                var end = part.Length is { } known ? part.Start + known : (long?)null;
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
                    if (end is { } last && position + read > last) throw new StorageException(FailureCategory.Damaged, $"{file.File.Path} is longer than the {Bytes.Text(file.File.Length!.Value)} it should have.");
                    await file.WriteAsync(position, buffer.AsMemory(0, read), cancellationToken);
                    position += read;
                    progress.Add(read);
                    if (isAll && position == end) break;
                }
                if (end is { } whole && position < whole) throw new TransientException($"{file.File.Path} broke off at {Bytes.Text(position)} of {Bytes.Text(file.File.Length!.Value)};");
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    private async ValueTask<int> ReadAsync(Stream body, byte[] buffer, RemoteFile file, CancellationToken cancellationToken)
    {
        using var limit = StorageHttp.LimitTo(environment.ReadTimeout, cancellationToken);
        try
        {
            return await body.ReadAsync(buffer.AsMemory(0, BufferLength), limit.Token);
        }
        catch (Exception failure) when (StorageHttp.IsTransient(failure, cancellationToken))
        {
            throw new TransientException($"{file.Path} broke off: {(failure is OperationCanceledException ? $"not a byte in {environment.ReadTimeout.TotalSeconds:0} s" : failure.Message)};", failure);
        }
    }

    /// <summary>Whether a response is of the file that was listed.</summary>
    /// <returns>How many bytes of the body are here already.</returns>
    private static long Agree(RemoteFile file, HttpResponseMessage response, bool isPiece, long position)
    {
        var isAnother = (file.EntityTag is not null && StorageHttp.EntityTagOf(response) is { } tag && tag != file.EntityTag)
            || (file.LastModified is not null && response.Content.Headers.LastModified is { } changed && changed != file.LastModified);
        if (isAnother)
            throw new StorageException(FailureCategory.Damaged, $"{file.Path} was changed while it was being downloaded; start again.");

        // An archive may be told to be compressed, which is what its own name says.
        if (response.Content.Headers.ContentEncoding.FirstOrDefault(encoding => encoding != "identity") is { } coded && !file.Path.EndsWith("gz", StringComparison.Ordinal))
            throw new StorageException(FailureCategory.Unsupported, $"The server sends {file.Path} compressed ({coded}), though it was asked for as it is; store it without Content-Encoding.");

        if (response.StatusCode == HttpStatusCode.PartialContent)
        {
            var came = response.Content.Headers.ContentRange;
            if (!isPiece || came?.From != position || (came.Length is { } total && total != file.Length))
                throw new StorageException(FailureCategory.Damaged, $"For bytes from {position} of {file.Length} of {file.Path} the server sent {came?.ToString() ?? "something else"}.");
            return 0;
        }
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
            throw new StorageException(FailureCategory.Damaged, $"The server has no bytes from {position} of {file.Path}, which should have {file.Length}.");
        if (response.Content.Headers.ContentLength is { } length && file.Length is { } expected && length != expected)
            throw new StorageException(FailureCategory.Damaged, $"{file.Path} has {length} bytes at the server, and should have {expected}.");
        // All of it, though a piece was asked for: what is here already passes by.
        return isPiece ? position : 0;
    }
}
