using System.Net;
using System.Net.Sockets;

namespace InferenceServices.ModelTools.Up;

/// <summary>Ports of this machine alone.</summary>
internal static class Ports
{
    /// <summary>The ingress opens last, and a model may take minutes to come: it is said at once that there will be no place for it.</summary>
    /// <exception cref="ModelFileException">One of them is in use, or not for this user.</exception>
    public static void Require(params int[] ports)
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
                throw new ModelFileException($"port {port} cannot be had ({failure.Message}); HTTP takes --port and gRPC the one above it, --port names another, and 0 takes free ones.");
            }
        }
    }

    public static int Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
