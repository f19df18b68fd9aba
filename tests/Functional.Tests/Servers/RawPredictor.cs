using System.Net;
using System.Net.Sockets;
using System.Text;

namespace InferenceServices.Functional.Tests.Servers;

/// <summary>A predictor that violates HTTP: it reads a request, sends the configured bytes, then closes or resets the connection.</summary>
internal sealed class RawPredictor : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;
    private int _connections;

    /// <param name="inferAnswer">Response to an inference; other requests get 404.</param>
    /// <param name="reset">Whether to reset the connection instead of closing it.</param>
    public RawPredictor(string inferAnswer, bool reset = false)
    {
        _listener.Start();
        _serving = ServeAsync(inferAnswer, reset);
    }

    public string Host => _listener.LocalEndpoint.ToString()!;

    public int Connections => _connections;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _serving;
        _stop.Dispose();
    }

    private async Task ServeAsync(string inferAnswer, bool reset)
    {
        try
        {
            while (true)
            {
                using var connection = await _listener.AcceptSocketAsync(_stop.Token);
                Interlocked.Increment(ref _connections);
                var request = await ReadRequestAsync(connection);
                var answer = request.StartsWith("POST", StringComparison.Ordinal) ? inferAnswer : "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
                await connection.SendAsync(Encoding.Latin1.GetBytes(answer), _stop.Token);
                if (reset) connection.LingerState = new LingerOption(enable: true, seconds: 0);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    // Reads headers and body: unread bytes would turn the close into a reset.
    private async Task<string> ReadRequestAsync(Socket connection)
    {
        var buffer = new byte[65_536];
        var length = 0;
        while (true)
        {
            length += await connection.ReceiveAsync(buffer.AsMemory(length), _stop.Token);
            var text = Encoding.Latin1.GetString(buffer, 0, length);
            var head = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (head < 0) continue;
            var header = text.IndexOf("Content-Length: ", StringComparison.OrdinalIgnoreCase);
            var body = header < 0 ? 0 : int.Parse(text[(header + 16)..text.IndexOf('\r', header)], System.Globalization.CultureInfo.InvariantCulture);
            if (length >= head + 4 + body) return text;
        }
    }
}
