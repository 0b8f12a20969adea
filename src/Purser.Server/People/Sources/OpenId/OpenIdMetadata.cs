using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Purser.Server.Commands;

namespace Purser.Server.People.Sources.OpenId;

/// <summary>
/// Addresses and keys of providers, as they publish them: kept for hours, fetched anew at once where a token names a key that is not among
/// them, but not more often than once a minute, or anybody could make this server call the provider all day. That one does not answer is kept for
/// half a minute, so that not everybody who comes to sign in waits until this server's patience ends.
/// </summary>
public sealed class OpenIdMetadata(TimeProvider machine, ILogger<OpenIdMetadata> log) : IDisposable
{
    private const int LargestDocument = 1024 * 1024;
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);
    private static readonly TimeSpan BetweenRefreshes = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan BetweenFailures = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, Known> known = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Source, string Issuer), Failed> failed = new();

    private sealed record Known(OpenIdConnectConfiguration Configuration, DateTimeOffset FetchedAt, DateTimeOffset RefreshedAt);

    private sealed record Failed(Refusal Refusal, DateTimeOffset At);

    /// <summary>How this server speaks to providers: short of patience, and never led elsewhere.</summary>
    public HttpClient Backchannel { get; } = new(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
    {
        Timeout = TimeSpan.FromSeconds(10),
        MaxResponseContentBufferSize = LargestDocument,
    };

    /// <param name="unknownKey">A token names a key that the metadata at hand does not have.</param>
    public async Task<Verdict<OpenIdConnectConfiguration>> GetAsync(string source, string issuer, bool unknownKey, CancellationToken cancellation)
    {
        var now = machine.GetUtcNow();
        var present = known.GetValueOrDefault(issuer);
        if (present is not null && (unknownKey ? present.RefreshedAt + BetweenRefreshes > now : present.FetchedAt + Lifetime > now))
        {
            return present.Configuration;
        }

        if (failed.GetValueOrDefault((source, issuer)) is { } failure && failure.At + BetweenFailures > now)
        {
            return failure.Refusal;
        }

        var fetched = await FetchAsync(source, issuer, cancellation);
        if (fetched.IsOk && unknownKey)
        {
            known[issuer] = known[issuer] with { RefreshedAt = now };
        }

        return fetched;
    }

    /// <summary>Asks the provider now, whatever is kept of it.</summary>
    public async Task<Verdict<OpenIdConnectConfiguration>> FetchAsync(string source, string issuer, CancellationToken cancellation)
    {
        var now = machine.GetUtcNow();
        var fetched = await AskAsync(source, issuer, cancellation);
        if (fetched.IsOk)
        {
            known[issuer] = new Known(fetched.Value, now, DateTimeOffset.MinValue);
            failed.TryRemove((source, issuer), out _);
        }
        else
        {
            failed[(source, issuer)] = new Failed(fetched.Refusal!, machine.GetUtcNow());
        }

        return fetched;
    }

    private async Task<Verdict<OpenIdConnectConfiguration>> AskAsync(string source, string issuer, CancellationToken cancellation)
    {
        try
        {
            var address = $"{issuer.TrimEnd('/')}/.well-known/openid-configuration";
            var retriever = new HttpDocumentRetriever(Backchannel) { RequireHttps = !new Uri(issuer).IsLoopback };
            var configuration = await OpenIdConnectConfigurationRetriever.GetAsync(address, retriever, cancellation);
            return Problem(source, issuer, configuration) is { } problem ? problem : configuration;
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or InvalidOperationException or JsonException or ArgumentException
            || (fault is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            log.LogWarning(fault, "The metadata of {Source} at {Issuer} could not be fetched", source, issuer);
            return Unreachable(source);
        }
    }

    public static Refusal Unreachable(string source) =>
        Verdict.Refused(RefusalCode.SignInFailed, $"“{source}” cannot be reached just now. Try again in a minute, or sign in another way.");

    /// <summary>
    /// Metadata that names another issuer was put there by somebody else, or the address is not the issuer's (OpenID Connect Discovery 4.3). Secrets,
    /// codes and tokens go to the addresses that it names, so none of these may be in the clear.
    /// </summary>
    internal static Refusal? Problem(string source, string issuer, OpenIdConnectConfiguration configuration) =>
        configuration.Issuer != issuer
            ? Verdict.Refused(
                RefusalCode.SignInFailed,
                $"What is published at the address of “{source}” names the issuer “{configuration.Issuer}”. The operator has to enter exactly that address, letter by letter.")
            : string.IsNullOrEmpty(configuration.AuthorizationEndpoint) || string.IsNullOrEmpty(configuration.TokenEndpoint) || configuration.SigningKeys.Count == 0
            ? Verdict.Refused(RefusalCode.SignInFailed, $"“{source}” publishes no addresses for signing in, or no keys. Tell the operator.")
            : InTheClear(issuer, configuration) is { } address
            ? Verdict.Refused(
                RefusalCode.SignInFailed,
                $"“{source}” publishes the address “{address}”, which is not one that begins with https: what is sent there could be read on the way. Tell the operator.")
            : null;

    /// <summary>A provider on this very machine may do without, as its metadata may.</summary>
    private static string? InTheClear(string issuer, OpenIdConnectConfiguration configuration) =>
        new[] { configuration.AuthorizationEndpoint, configuration.TokenEndpoint, configuration.UserInfoEndpoint, configuration.JwksUri }.FirstOrDefault(address =>
            !string.IsNullOrEmpty(address)
            && !(Uri.TryCreate(address, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback && new Uri(issuer).IsLoopback))));

    public void Dispose() => Backchannel.Dispose();
}
