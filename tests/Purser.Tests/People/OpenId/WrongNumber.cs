using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Purser.Tests.People.OpenId;

/// <summary>An address at which there is nothing; who calls is counted.</summary>
internal sealed class WrongNumber : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly Task loop;
    private int calls;

    public WrongNumber()
    {
        listener.Start();
        loop = RunAsync();
    }

    public string Address => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");

    public int Calls => Volatile.Read(ref calls);

    public async ValueTask DisposeAsync()
    {
        listener.Stop();
        await loop;
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                using var call = await listener.AcceptTcpClientAsync();
                Interlocked.Increment(ref calls);
                await using var line = call.GetStream();
                using var reader = new StreamReader(line);
                while (await reader.ReadLineAsync() is { Length: > 0 })
                {
                }

                await line.WriteAsync("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray());
            }
        }
        catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException or IOException)
        {
        }
    }
}
