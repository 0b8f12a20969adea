using System.Net.Security;
using System.Net.Sockets;
using Purser.Server.Http;
using Purser.Server.Settings;

namespace Purser.Server.Alerts.Syslog;

/// <summary>A connection to the syslog server, kept for the messages of one run: TCP, or TLS with the name that the setting gives.</summary>
internal sealed class SyslogConnection : IAsyncDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    private readonly TcpClient client = new() { NoDelay = true };
    private Stream? stream;

    public static async Task<SyslogConnection> OpenAsync(SyslogSettings settings, CancellationToken cancellation)
    {
        var connection = new SyslogConnection();
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limit.CancelAfter(Longest);
            var target = new Uri(settings.Target);
            await connection.client.ConnectAsync(target.DnsSafeHost, target.Port, limit.Token);
            connection.stream = connection.client.GetStream();
            if (target.Scheme == SyslogSettings.Tls)
            {
                var tls = new SslStream(connection.stream);
                connection.stream = tls;
                await tls.AuthenticateAsClientAsync(
                    new SslClientAuthenticationOptions
                    {
                        TargetHost = target.DnsSafeHost, RemoteCertificateValidationCallback = new TrustedAuthorities(settings.TrustedAuthorities).Callback,
                    },
                    limit.Token);
            }

            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public async Task SendAsync(IEnumerable<string> messages, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Longest);
        foreach (var message in messages)
        {
            await stream!.WriteAsync(SyslogFormat.Frame(message), limit.Token);
        }

        await stream!.FlushAsync(limit.Token);
    }

    public async ValueTask DisposeAsync()
    {
        if (stream is not null)
        {
            await stream.DisposeAsync();
        }

        client.Dispose();
    }
}
