using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;

namespace InferenceServices.Functional.Tests.Servers;

/// <summary>A connection that says exactly what a test wants said, whether or not it is HTTP.</summary>
internal sealed class RawConnection : IDisposable
{
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp);
    private byte[] _buffer = new byte[65_536];
    private int _count;

    private RawConnection()
    {
    }

    /// <param name="server">Whom to call.</param>
    /// <param name="receiveBufferBytes">A small one fills soon when nobody reads; 0 leaves the system's.</param>
    public static Task<RawConnection> OpenAsync(RunningServer server, int receiveBufferBytes = 0)
        => OpenAsync(server.Client.BaseAddress!, receiveBufferBytes);

    public static async Task<RawConnection> OpenAsync(Uri server, int receiveBufferBytes = 0)
    {
        var connection = new RawConnection();
        if (receiveBufferBytes > 0) connection._socket.ReceiveBufferSize = receiveBufferBytes;
        await connection._socket.ConnectAsync(server.Host, server.Port);
        return connection;
    }

    /// <summary>A POST whose head and body are both given away at once.</summary>
    public static string Post(string path, string body) => $"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {body.Length}\r\n\r\n{body}";

    /// <param name="text">Each character is one byte.</param>
    public async Task SendAsync(string text)
    {
        for (var bytes = Encoding.Latin1.GetBytes(text).AsMemory(); bytes.Length > 0;) bytes = bytes[await _socket.SendAsync(bytes)..];
    }

    /// <summary>The next answer, which must say its length, as all of ours do.</summary>
    public async Task<Answer> ReadAsync(bool toHead = false)
    {
        int end;
        while ((end = _buffer.AsSpan(0, _count).IndexOf("\r\n\r\n"u8)) < 0)
        {
            if (!await ReceiveAsync()) Assert.Fail($"The connection ended instead of an answer, after '{Take(_count, Encoding.Latin1)}'.");
        }
        var lines = Take(end + 4, Encoding.Latin1).TrimEnd().Split("\r\n");

        var fields = lines.Skip(1).Select(line => line.Split(": ", 2)).ToLookup(field => field[0], field => field[1], StringComparer.OrdinalIgnoreCase);
        var length = toHead ? 0 : int.Parse(fields["Content-Length"].FirstOrDefault() ?? "0", CultureInfo.InvariantCulture);
        while (_count < length) Assert.True(await ReceiveAsync(), "The connection ended within an answer.");
        var body = Take(length, Encoding.UTF8);
        return new Answer(int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture), body, Headers(fields), fields["Content-Type"].SingleOrDefault());
    }

    /// <summary>What comes until the server ends the connection, as characters of one byte.</summary>
    public async Task<string> ReadToEndAsync()
    {
        while (await ReceiveAsync())
        {
        }
        return Take(_count, Encoding.Latin1);
    }

    /// <summary>Ends the connection without a word of goodbye, as a killed process or a load balancer does.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Dispose();
    }

    /// <summary>Ends the connection in good order.</summary>
    public void Dispose() => _socket.Dispose();

    // False at the end, which a server that has had enough may also bring about by a reset.
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
