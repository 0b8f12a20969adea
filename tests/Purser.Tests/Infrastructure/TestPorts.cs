using System.Net;
using System.Net.Sockets;

namespace Purser.Tests.Infrastructure;

/// <summary>
/// Ports on loopback for servers under test. They lie below those that the system gives to outgoing connections: one of those may take a port between our look
/// and the server's start.
/// </summary>
public static class TestPorts
{
    private const int First = 12_000;
    private const int Pairs = 10_000;

    // Test programs run beside each other: each begins elsewhere.
    private static int taken = Environment.ProcessId * 97;

    /// <summary>A free port whose neighbour is free too: HTTPS takes the next one.</summary>
    public static int Pair()
    {
        for (var attempt = 0; attempt < Pairs; attempt++)
        {
            var port = First + (2 * (int)((uint)Interlocked.Increment(ref taken) % Pairs));
            if (IsFree(port) && IsFree(port + 1))
            {
                return port;
            }
        }

        throw new InvalidOperationException($"No two neighbouring ports are free from {First} on");
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.IPv6Any, port) { Server = { DualMode = true } };
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
