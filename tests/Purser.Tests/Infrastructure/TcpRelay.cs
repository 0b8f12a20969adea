using System.Net;
using System.Net.Sockets;

namespace Purser.Tests.Infrastructure;

/// <summary>A cable between a client and a server on this machine, which a test can cut and mend.</summary>
internal sealed class TcpRelay : IAsyncDisposable
{
    private readonly string targetHost;
    private readonly int targetPort;
    private readonly List<TcpClient> ends = [];
    private readonly Lock guard = new();
    private TcpListener? listener;
    private volatile bool losesAnswer;

    public TcpRelay(string targetHost, int targetPort)
    {
        (this.targetHost, this.targetPort) = (targetHost, targetPort);
        Mend();
    }

    public int Port { get; private set; }

    /// <summary>Cuts the cable after a packet from the client that contains these bytes was delivered: the answer is lost.</summary>
    public byte[]? CutAfter { get; set; }

    public void Mend()
    {
        listener = new TcpListener(IPAddress.Loopback, Port);
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        _ = AcceptAsync(listener);
    }

    public void Cut()
    {
        listener?.Stop();
        CutConnections();
    }

    public ValueTask DisposeAsync()
    {
        Cut();
        return ValueTask.CompletedTask;
    }

    private void CutConnections()
    {
        lock (guard)
        {
            ends.ForEach(end => end.Close());
            ends.Clear();
        }
    }

    private async Task AcceptAsync(TcpListener from)
    {
        try
        {
            while (true)
            {
                var client = await from.AcceptTcpClientAsync();
                var server = new TcpClient { NoDelay = true };
                await server.ConnectAsync(targetHost, targetPort);
                lock (guard)
                {
                    ends.AddRange([client, server]);
                }

                _ = PumpAsync(client, server, isClient: true);
                _ = PumpAsync(server, client, isClient: false);
            }
        }
        catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
        {
            // Cut.
        }
    }

    private async Task PumpAsync(TcpClient from, TcpClient to, bool isClient)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.GetStream().ReadAsync(buffer) is > 0 and var size)
            {
                if (isClient && CutAfter is { } bytes && buffer.AsSpan(0, size).IndexOf(bytes) >= 0)
                {
                    CutAfter = null;
                    losesAnswer = true;
                }
                else if (!isClient && losesAnswer)
                {
                    losesAnswer = false;
                    CutConnections();
                }

                await to.GetStream().WriteAsync(buffer.AsMemory(0, size));
            }
        }
        catch (Exception fault) when (fault is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // Cut.
        }

        from.Close();
        to.Close();
    }
}
