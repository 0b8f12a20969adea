using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Purser.Tests.Agent;

/// <summary>An HTTP proxy for one test: CONNECT and whole addresses in the request line, with a password if one is set.</summary>
internal sealed class TestProxy : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly string? credentials;
    private readonly Task serving;

    public TestProxy(string? credentials = null)
    {
        this.credentials = credentials is null ? null : Convert.ToBase64String(Encoding.ASCII.GetBytes(credentials));
        listener.Start();
        serving = ServeAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public List<string> RequestLines { get; } = [];

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        await serving;
        stop.Dispose();
    }

    private async Task ServeAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                connections.Add(HandleAsync(await listener.AcceptTcpClientAsync(stop.Token)));
            }
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task HandleAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await RelayAsync(client.GetStream());
            }
            catch (Exception end) when (end is OperationCanceledException or IOException or SocketException)
            {
                // The other side has gone, or the test is over.
            }
        }
    }

    private async Task RelayAsync(NetworkStream near)
    {
        while (true)
        {
            var head = await HeadAsync(near);
            if (head.Length == 0)
            {
                return;
            }

            RequestLines.Add(head[..head.IndexOf("\r\n", StringComparison.Ordinal)]);
            if (credentials is not null && !head.Contains($"Proxy-Authorization: Basic {credentials}\r\n", StringComparison.OrdinalIgnoreCase))
            {
                await DrainAsync(near, head);
                await near.WriteAsync("HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"test\"\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), stop.Token);
                continue;
            }

            await ForwardAsync(near, head);
            return;
        }
    }

    private async Task ForwardAsync(NetworkStream near, string head)
    {
        var words = head.Split(' ', 3);
        var connect = words[0] == "CONNECT";
        var target = connect ? new Uri($"https://{words[1]}") : new Uri(words[1]);
        using var far = new TcpClient();
        await far.ConnectAsync(target.Host, target.Port, stop.Token);
        var farStream = far.GetStream();
        if (connect)
        {
            await near.WriteAsync("HTTP/1.1 200 OK\r\n\r\n"u8.ToArray(), stop.Token);
        }
        else
        {
            await farStream.WriteAsync(Encoding.ASCII.GetBytes($"{words[0]} {target.PathAndQuery} {words[2]}"), stop.Token);
        }

        await Task.WhenAny(near.CopyToAsync(farStream, stop.Token), farStream.CopyToAsync(near, stop.Token));
    }

    private async Task<string> HeadAsync(NetworkStream near)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await near.ReadAsync(one, stop.Token) == 1)
        {
            head.Append((char)one[0]);
        }

        return head.ToString();
    }

    private async Task DrainAsync(NetworkStream near, string head)
    {
        const string name = "Content-Length: ";
        var at = head.IndexOf(name, StringComparison.OrdinalIgnoreCase);
        if (at >= 0)
        {
            var length = int.Parse(head.AsSpan(at + name.Length)[..head.AsSpan(at + name.Length).IndexOf('\r')], System.Globalization.CultureInfo.InvariantCulture);
            await near.ReadExactlyAsync(new byte[length], stop.Token);
        }
    }
}
