using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace InferenceServices.Testing;

/// <summary>A store process on loopback with its own folder, stopped by Dispose.</summary>
internal sealed class StoreProcess : IDisposable
{
    /// <summary>End of the skip reason, after the name of the program.</summary>
    public const string IsAbsent = " is absent: run tests/Stores/ensure";

    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(60);

    private readonly Process _process;

    private StoreProcess(Process process, string folder, int port) => (_process, Folder, Port) = (process, folder, port);

    public string Folder { get; }

    public int Port { get; }

    public string Address => $"http://127.0.0.1:{Port}";

    /// <summary>Whether the program of a store is installed.</summary>
    /// <param name="program">Path below artifacts/stores.</param>
    public static bool IsPresent(string program) => Path.Exists(Checkout.PathOf($"artifacts/stores/{program}"));

    /// <summary>Starts a store and waits until its port accepts connections.</summary>
    /// <param name="program">Path below artifacts/stores.</param>
    /// <param name="arguments">Creates the arguments from a port and a folder.</param>
    public static async Task<StoreProcess> StartAsync(string program, Func<int, string, string[]> arguments)
    {
        var folder = Directory.CreateTempSubdirectory("store-").FullName;
        var port = FreePort();
        var start = new ProcessStartInfo(Checkout.PathOf($"artifacts/stores/{program}"), arguments(port, folder)) { RedirectStandardOutput = true, RedirectStandardError = true };
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using var limit = new CancellationTokenSource(Guard);
        while (true)
        {
            using var socket = new TcpClient();
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, port, limit.Token);
                return new StoreProcess(process, folder, port);
            }
            catch (SocketException)
            {
                Assert.False(process.HasExited, $"{program} ended before it listened");
                await Task.Delay(20, limit.Token);
            }
        }
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
