using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace InferenceServices.ModelTools.Up;

/// <summary>Finds and checks loopback ports.</summary>
internal static class Ports
{
    private static readonly ConcurrentDictionary<int, bool> Returned = new();

    /// <summary>Checks that the ports are available, before a download that may take minutes.</summary>
    /// <exception cref="ModelFileException">A port is in use or requires other privileges.</exception>
    public static void EnsureAvailable(params int[] ports)
    {
        foreach (var port in ports)
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
            }
            catch (SocketException failure) when (failure.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
            {
                throw new ModelFileException($"port {port} is not available ({failure.Message}); HTTP uses --port and gRPC the next port. Set another --port, or 0 for free ports.");
            }
        }
    }

    /// <summary>Returns a port that is free now, and that was not returned before: its server may not listen yet.</summary>
    public static int FindFree()
    {
        while (true)
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            var port = ((IPEndPoint)listener.LocalEndpoint).Port;
            if (Returned.TryAdd(port, true)) return port;
        }
    }
}
