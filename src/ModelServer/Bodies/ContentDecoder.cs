using System.Buffers;
using System.IO.Compression;
using InferenceServices.Contracts.Errors;

namespace InferenceServices.ModelServer.Bodies;

/// <summary>Decompresses complete bytes. Other than the streams of .NET, it rejects bytes behind the compressed data. gzip may have several members.</summary>
internal sealed class ContentDecoder : IDisposable
{
    private readonly Source _source;
    private readonly Stream _decoder;

    /// <summary>Starts to decompress.</summary>
    /// <param name="coded">The complete compressed bytes.</param>
    /// <param name="coding">Name of the coding.</param>
    /// <exception cref="UnsupportedContentCodingException">The coding is not supported: 415.</exception>
    public ContentDecoder(ReadOnlySequence<byte> coded, string coding)
    {
        _source = new Source(coded);
        _decoder = ContentCoding.Decode(_source, coding);
    }

    /// <summary>Decompresses the next bytes.</summary>
    /// <param name="target">Receives the bytes; not empty.</param>
    /// <returns>Number of bytes; 0 at the end.</returns>
    /// <exception cref="InvalidDataException">The bytes do not match the coding, are incomplete, or are followed by others.</exception>
    public int Read(Span<byte> target)
    {
        var read = _decoder.Read(target);
        // At the end of gzip, the decoder looks for another member.
        if (read == 0 && !(_decoder is GZipStream ? _source.IsEndRead : _source.IsEmpty)) throw new InvalidDataException("Bytes follow the compressed data.");
        return read;
    }

    public void Dispose() => _decoder.Dispose();

    // Decoders read ahead, and ignore what they do not need. The last byte is therefore a read of its own: a decoder that does not read it has ended before.
    private sealed class Source(ReadOnlySequence<byte> bytes) : Stream
    {
        private ReadOnlySequence<byte> _rest = bytes;

        public bool IsEmpty => _rest.IsEmpty;

        public bool IsEndRead { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(Span<byte> buffer)
        {
            if (_rest.IsEmpty) IsEndRead = true;
            var count = (int)Math.Min(buffer.Length, _rest.Length > 1 ? _rest.Length - 1 : _rest.Length);
            _rest.Slice(0, count).CopyTo(buffer);
            _rest = _rest.Slice(count);
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
