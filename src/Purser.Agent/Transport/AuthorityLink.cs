using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using Purser.Agent.State;
using Purser.Protocol.Certificates;
using Purser.Protocol.Push;
using Purser.Protocol.Wire;

namespace Purser.Agent.Transport;

/// <summary>Carries sealed messages to the authority, directly or through an HTTP proxy. Nothing that it brings back is believed here.</summary>
public sealed class AuthorityLink : IDisposable
{
    private const int BufferBytes = 64 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly HttpMessageInvoker? shared;
    private readonly TimeProvider machineClock;
    private (TransportSettings Transport, TrustAnchor Trust, HttpMessageInvoker Http, PinnedTls Tls)? own;

    /// <summary>Makes its own connections: TLS pinned to the device's root, and the device's proxy.</summary>
    public AuthorityLink(TimeProvider machineClock) => this.machineClock = machineClock;

    /// <summary>Uses the given connections as they are, shared by many devices of one process or leading to a server inside it.</summary>
    public AuthorityLink(HttpMessageInvoker shared)
    {
        this.shared = shared;
        machineClock = TimeProvider.System;
    }

    /// <summary>Whose answers were checked already; kept here because devices that share a link share an authority.</summary>
    internal TrustedSigners Signers { get; } = new();

    public void Dispose()
    {
        own?.Http.Dispose();
        Signers.Dispose();
    }

    public Task<LinkAnswer> SendAsync(TransportSettings transport, TrustAnchor trust, ReadOnlyMemory<byte> message, CancellationToken cancel) =>
        SendAsync(transport, trust, message, static address => address, WireLimits.BodyBytes, cancel);

    /// <summary>The same for what devices push that are licensed by policy: a file comes back, which may be large.</summary>
    public Task<LinkAnswer> PushAsync(TransportSettings transport, TrustAnchor trust, ReadOnlyMemory<byte> message, CancellationToken cancel) =>
        SendAsync(transport, trust, message, AuthorityAddress.OfPushes, PushLimits.BodyBytes, cancel);

    private async Task<LinkAnswer> SendAsync(TransportSettings transport, TrustAnchor trust, ReadOnlyMemory<byte> message, Func<Uri, Uri> door, int longest, CancellationToken cancel)
    {
        if (transport.Kind == TransportKind.Off)
        {
            return LinkAnswer.None("transport is off; use 'license smart transport smart'");
        }

        if (transport.Url is not { } url)
        {
            return LinkAnswer.None($"no address is set; use 'license smart url {transport.Kind.ToString().ToLowerInvariant()} <address>'");
        }

        if (!AuthorityAddress.TryParse(url, transport.Kind, out var address, out var problem))
        {
            return LinkAnswer.None(problem);
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(Patience);
        try
        {
            return await SendAsync(door(address), transport, trust, message, longest, patience.Token);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            return LinkAnswer.None(own?.Tls.Problem ?? $"{address.Host}:{address.Port}: {failure.Message}");
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return LinkAnswer.None($"{address.Host}:{address.Port}: no answer within {Patience.TotalSeconds:0} seconds");
        }
    }

    private async Task<LinkAnswer> SendAsync(Uri address, TransportSettings transport, TrustAnchor trust, ReadOnlyMemory<byte> message, int longest, CancellationToken cancel)
    {
        var secure = !AuthorityAddress.IsPlain(address);
        if (shared is null && secure && trust is { Root: null, Fingerprint: null })
        {
            return LinkAnswer.None("this device does not know the authority's root; use 'license smart trustpoint fingerprint <sha256>' as the token page shows it, or init --ca FILE");
        }

        if (shared is null && secure && trust.Root is null)
        {
            using var fetch = new RootFetch(trust.Fingerprint!, machineClock);
            var (root, problem) = await fetch.GetAsync(address, Handler(transport), cancel);
            if (problem is not null)
            {
                return LinkAnswer.None(problem);
            }

            using (root)
            {
                trust = DeviceSetup.Pin(root!);
            }
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ReadOnlyMemoryContent(message) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var response = await (shared ?? Own(transport, trust)).SendAsync(request, cancel);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            return LinkAnswer.None($"{address.Host}:{address.Port} answered HTTP {(int)response.StatusCode}", RetryAfter(response));
        }

        return await ReadAsync(response, longest, cancel) is { } body
            ? new LinkAnswer(body, null, FirstUseTrusted: !secure)
            : LinkAnswer.None($"{address.Host}:{address.Port} answered more than {longest} bytes");
    }

    private HttpMessageInvoker Own(TransportSettings transport, TrustAnchor trust)
    {
        if (own is { } kept && kept.Transport == transport && kept.Trust == trust)
        {
            return kept.Http;
        }

        own?.Http.Dispose();
        var tls = new PinnedTls(trust, machineClock);
        var handler = Handler(transport);
        handler.SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = tls.Accept };
        own = (transport, trust, new HttpMessageInvoker(handler), tls);
        return own.Value.Http;
    }

    /// <summary>Through the device's proxy: CONNECT for https, the whole address in the request line for http.</summary>
    private static SocketsHttpHandler Handler(TransportSettings transport) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = transport.Proxy is not null,
        Proxy = transport.Proxy is { } proxy ? new DeviceProxy(proxy) : null,
        ConnectTimeout = Patience,
    };

    private TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - machineClock.GetUtcNow(),
        _ => null,
    };

    private static async Task<byte[]?> ReadAsync(HttpResponseMessage response, int longest, CancellationToken cancel)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancel);
        using var body = new MemoryStream();
        var buffer = new byte[BufferBytes];
        while (await stream.ReadAsync(buffer, cancel) is var read and > 0)
        {
            if (body.Length + read > longest)
            {
                return null;
            }

            body.Write(buffer.AsSpan(0, read));
        }

        return body.ToArray();
    }

    private sealed class DeviceProxy(ProxySettings settings) : IWebProxy
    {
        private readonly Uri address = new($"http://{settings.Address}:{settings.Port ?? 80}");

        public ICredentials? Credentials { get; set; } = settings.User is null ? null : new NetworkCredential(settings.User, settings.Password);

        public Uri GetProxy(Uri destination) => address;

        public bool IsBypassed(Uri host) => false;
    }
}
