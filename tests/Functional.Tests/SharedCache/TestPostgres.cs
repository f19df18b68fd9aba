using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using InferenceServices.Functional.Tests.Clients;
using InferenceServices.Functional.Tests.Servers;
using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.SharedCache;

/// <summary>An empty PostgreSQL database on loopback.</summary>
internal sealed class TestPostgres : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = TemporaryFolder.Of();
    private readonly string _port = FreePort();
    private string? _process;

    public string ConnectionString => $"Host=127.0.0.1;Port={_port};Username=postgres;Database=postgres";

    public static async Task<TestPostgres> StartAsync()
    {
        var postgres = new TestPostgres();
        await postgres.UpAsync();
        return postgres;
    }

    /// <summary>Restarts the database after <see cref="StopAsync"/>, with its data.</summary>
    public async Task UpAsync()
    {
        var start = new ProcessStartInfo(Checkout.PathOf("tests/Postgres/up"), [_folder.Path, _port]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var line = await process.StandardOutput.ReadLineAsync().WaitAsync(RunningServer.Guard);
        _process = line?.Split(' ') is ["READY", var id] ? id : throw new InvalidOperationException($"PostgreSQL did not start: {line}");
    }

    public async Task StopAsync()
    {
        if (_process is null) return;
        // Kills the process and its children: a new server does not start while children of the old one run.
        await ClientProgram.RunAsync("bash", ["-c", $"kill -QUIT {_process}; while kill -0 {_process} 2>/dev/null; do sleep 0.02; done"]);
        _process = null;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _folder.Dispose();
    }

    private static string FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port.ToString(CultureInfo.InvariantCulture);
    }
}
