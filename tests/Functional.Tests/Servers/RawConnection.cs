using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;

namespace InferenceServices.Functional.Tests.Servers;

/// <summary>A raw TCP connection that can send any bytes, also invalid HTTP.</summary>
internal sealed class RawConnection : IDisposable
{
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp);
    private byte[] _buffer = new byte[65_536];
    private int _count;

    private RawConnection()
    {
    }

    /// <param name="server">Address of the server.</param>
    /// <param name="receiveBufferBytes">Size of the receive buffer, small to fill it fast; 0 for the system's default.</param>
    public static Task<RawConnection> OpenAsync(RunningServer server, int receiveBufferBytes = 0)
        => OpenAsync(server.Client.BaseAddress!, receiveBufferBytes);

    public static async Task<RawConnection> OpenAsync(Uri server, int receiveBufferBytes = 0)
    {
        var connection = new RawConnection();
        if (receiveBufferBytes > 0) connection._socket.ReceiveBufferSize = receiveBufferBytes;
        await connection._socket.ConnectAsync(server.Host, server.Port);
        return connection;
    }

    /// <summary>Creates a POST request with headers and body.</summary>
    public static string Post(string path, string body) => $"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {body.Length}\r\n\r\n{body}";

    /// <param name="text">Text to send; each character is one byte.</param>
    public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0) bytes = bytes[await _socket.SendAsync(bytes)..];
    }

    /// <summary>Shuts down the sending side of the connection.</summary>
    public void EndSending() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>Reads the next response, which must have a length or be chunked.</summary>
    public async Task<Answer> ReadAsync(bool toHead = false)
    {
        var lines = (await TakeToAsync("\r\n\r\n")).Split("\r\n");

        var fields = lines.Skip(1).Select(line => line.Split(": ", 2)).ToLookup(field => field[0], field => field[1], StringComparer.OrdinalIgnoreCase);
        var body = toHead ? ""
            : fields["Transfer-Encoding"].Contains("chunked") ? await TakeChunksAsync()
            : await TakeAsync(int.Parse(fields["Content-Length"].FirstOrDefault() ?? "0", CultureInfo.InvariantCulture), Encoding.UTF8);
        return new Answer(int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture), body, Headers(fields), fields["Content-Type"].SingleOrDefault());
    }

    /// <summary>Reads all responses until the server closes the connection.</summary>
    /// <param name="firstToHead">Whether the first response is to a HEAD request and has no body.</param>
    public async Task<IReadOnlyList<Answer>> ReadAllAsync(bool firstToHead = false)
    {
        var answers = new List<Answer>();
        while (_count > 0 || await ReceiveAsync()) answers.Add(await ReadAsync(firstToHead && answers.Count == 0));
        return answers;
    }

    /// <summary>Reads until the server closes the connection; each character is one byte.</summary>
    public async Task<string> ReadToEndAsync()
    {
        while (await ReceiveAsync())
        {
        }
        return Take(_count, Encoding.Latin1);
    }

    /// <summary>Resets the connection, as a killed process or a load balancer does.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Dispose();
    }

    /// <summary>Closes the connection.</summary>
    public void Dispose() => _socket.Dispose();

    // Returns false at the end of the connection, which may also be a reset.
    private async Task<bool> ReceiveAsync()
    {
        using var guard = new CancellationTokenSource(RunningServer.Guard);
        if (_count == _buffer.Length) Array.Resize(ref _buffer, 2 * _count);
        try
        {
            var count = await _socket.ReceiveAsync(_buffer.AsMemory(_count), guard.Token);
            _count += count;
            return count > 0;
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionReset)
        {
            return false;
        }
    }

    private async Task<string> TakeToAsync(string end)
    {
        int at;
        while ((at = _buffer.AsSpan(0, _count).IndexOf(Encoding.Latin1.GetBytes(end))) < 0)
        {
            if (!await ReceiveAsync()) Assert.Fail($"The connection ended instead of an answer, after '{Take(_count, Encoding.Latin1)}'.");
        }
        return Take(at + end.Length, Encoding.Latin1)[..^end.Length];
    }

    private async Task<string> TakeAsync(int count, Encoding encoding)
    {
        while (_count < count) Assert.True(await ReceiveAsync(), "The connection ended within an answer.");
        return Take(count, encoding);
    }

    private async Task<string> TakeChunksAsync()
    {
        var body = new StringBuilder();
        while (int.Parse(await TakeToAsync("\r\n"), NumberStyles.HexNumber, CultureInfo.InvariantCulture) is > 0 and var length)
        {
            body.Append(await TakeAsync(length, Encoding.Latin1));
            await TakeToAsync("\r\n");
        }
        await TakeToAsync("\r\n");
        // A chunk may end within a character.
        return Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(body.ToString()));
    }

    private string Take(int count, Encoding encoding)
    {
        var text = encoding.GetString(_buffer, 0, count);
        _count -= count;
        _buffer.AsSpan(count, _count).CopyTo(_buffer);
        return text;
    }

    private static HttpResponseHeaders Headers(ILookup<string, string> fields)
    {
        using var response = new HttpResponseMessage();
        foreach (var field in fields) response.Headers.TryAddWithoutValidation(field.Key, field);
        return response.Headers;
    }
}
