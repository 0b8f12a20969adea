using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Purser.Server.Http;
using Purser.Server.Settings;

namespace Purser.Server.Alerts.Webhooks;

/// <summary>What a target answered.</summary>
/// <param name="Status">Null where no answer came.</param>
/// <param name="Error">Empty: it was taken.</param>
public readonly record struct TargetAnswer(int? Status, string Error)
{
    public bool IsTaken => Error.Length == 0;
}

/// <summary>
/// Sends to addresses that strangers chose: the name is resolved once and the connection goes to what was judged, no redirect is followed, no proxy
/// asked, nothing read but the head of the answer, and all of it has ten seconds (stack notes 5).
/// </summary>
public sealed class WebhookConnection : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    private readonly bool allowsPrivate;
    private readonly HttpClient http;
    private readonly WebhookSecrets secrets;
    private readonly TimeProvider machine;

    public WebhookConnection(WebhookSecrets secrets, PurserSettings settings, TimeProvider machine)
    {
        (this.secrets, this.machine, allowsPrivate) = (secrets, machine, settings.Webhooks.PrivateTargets);
        http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            MaxResponseHeadersLength = 16,
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            ConnectCallback = ConnectAsync,
            SslOptions = { RemoteCertificateValidationCallback = new TrustedAuthorities(settings.Webhooks.TrustedAuthorities).Callback },
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    public async Task<TargetAnswer> SendAsync(Webhook webhook, long deliveryId, string body, CancellationToken cancellation)
    {
        var at = machine.GetUtcNow();
        var id = string.Create(CultureInfo.InvariantCulture, $"msg_{webhook.AccountId}_{deliveryId}");
        using var request = new HttpRequestMessage(HttpMethod.Post, webhook.Url) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", secrets.Sign(webhook, id, at, body));
        request.Headers.UserAgent.ParseAdd("Purser-Webhooks");
        using var time = new CancellationTokenSource(Longest, machine);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation, time.Token);
        try
        {
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            return new TargetAnswer((int)answer.StatusCode, Explain(answer.StatusCode));
        }
        catch (Exception fault) when (!cancellation.IsCancellationRequested)
        {
            return new TargetAnswer(null, Explain(fault));
        }
    }

    public void Dispose() => http.Dispose();

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var addresses = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, cancellation);
        if (!allowsPrivate && addresses.FirstOrDefault(TargetAddress.IsPrivate) is { } inside)
        {
            throw new TargetRefusedException($"{context.DnsEndPoint.Host} leads to {inside}, which lies inside. The operator can allow such targets (Webhooks:PrivateTargets).");
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static string Explain(HttpStatusCode status) => (int)status switch
    {
        >= 200 and < 300 => "",
        >= 300 and < 400 => $"The target answered {(int)status}. Redirects are not followed: give the address that takes messages itself.",
        _ => $"The target answered {(int)status}.",
    };

    private static string Explain(Exception fault)
    {
        for (var cause = fault; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case TargetRefusedException refused:
                    return refused.Message;
                case OperationCanceledException:
                    return "The target did not answer within ten seconds.";
                case SocketException socket:
                    return $"The target cannot be reached: {socket.Message}";
                case System.Security.Authentication.AuthenticationException:
                    return "The certificate of the target is not trusted. The operator can name its authority (Webhooks:TrustedAuthorities).";
            }
        }

        return fault.Message.Length <= 300 ? fault.Message : fault.Message[..300];
    }
}
