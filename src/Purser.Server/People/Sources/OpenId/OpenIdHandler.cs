using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OAuth;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Purser.Server.Commands;
using Purser.Server.Pki;

namespace Purser.Server.People.Sources.OpenId;

/// <summary>
/// The framework's OAuth handler (state, correlation with the browser, PKCE) with what makes it OpenID Connect: nonce and id token. One is made
/// per request from the provider's row, so that providers need no restart.
/// </summary>
internal sealed class OpenIdHandler(IOptionsMonitor<OAuthOptions> options, ILoggerFactory logs, UrlEncoder encoder, OpenIdHandler.Setting setting)
    : OAuthHandler<OAuthOptions>(options, logs, encoder)
{
    internal const string ReturnUrl = "returnUrl";
    internal const string LoginHint = "login_hint";
    private const string Nonce = "nonce";

    /// <param name="CallbackUrl">As the browser and the provider see it.</param>
    internal sealed record Setting(
        SignInSource Source, OpenIdOptions Options, OpenIdConnectConfiguration Metadata, OpenIdMetadata Book, string CallbackUrl, TimeProvider Machine);

    /// <summary>An expected end of the exchange, on its way out of the framework's code.</summary>
    internal sealed class EndedException(Refusal refusal) : Exception(refusal.Detail)
    {
        public Refusal Refusal { get; } = refusal;
    }

    /// <summary>Who the provider says this is, once <see cref="FinishAsync"/> has succeeded.</summary>
    public SourcePerson? Said { get; private set; }

    public Task<HandleRequestResult> FinishAsync() => HandleRemoteAuthenticateAsync();

    protected override string BuildChallengeUrl(AuthenticationProperties properties, string redirectUri)
    {
        // Before the base seals the properties into the state: that is where it waits, bound to this browser.
        var nonce = SecretSource.NewSecret();
        properties.Items[Nonce] = nonce;
        properties.Items.Remove(LoginHint, out var hint);
        return QueryHelpers.AddQueryString(base.BuildChallengeUrl(properties, setting.CallbackUrl), new Dictionary<string, string?>
        {
            [Nonce] = nonce,
            [LoginHint] = string.IsNullOrEmpty(hint) ? null : hint,
        });
    }

    protected override async Task<OAuthTokenResponse> ExchangeCodeAsync(OAuthCodeExchangeContext context)
    {
        context.Properties.Items.Remove(OAuthConstants.CodeVerifierKey, out var verifier);
        var fields = new Dictionary<string, string>
        {
            ["grant_type"] = "authorization_code",
            ["code"] = context.Code,
            ["redirect_uri"] = setting.CallbackUrl,
            [OAuthConstants.CodeVerifierKey] = verifier ?? "",
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, Options.TokenEndpoint);
        Prove(request, fields);
        request.Content = new FormUrlEncodedContent(fields);
        request.Headers.Accept.ParseAdd("application/json");
        var (isOk, body) = await AskAsync(request);
        if (isOk && body is not null)
        {
            return OAuthTokenResponse.Success(body);
        }

        Logger.LogWarning("{Source} refused to redeem a code: {Answer}", setting.Source.Name, body?.RootElement.GetRawText());
        body?.Dispose();
        throw new EndedException(Verdict.Refused(
            RefusalCode.SignInFailed,
            $"“{setting.Source.Name}” did not answer this server's question who you are. Begin again; if that does not help, the operator has to check client id and secret."));
    }

    protected override async Task<AuthenticationTicket> CreateTicketAsync(
        System.Security.Claims.ClaimsIdentity identity, AuthenticationProperties properties, OAuthTokenResponse tokens)
    {
        var text = tokens.Response!.RootElement.TryGetProperty("id_token", out var given) ? given.GetString() : null;
        var nonce = properties.Items.TryGetValue(Nonce, out var kept) && kept is { Length: > 0 } ? kept : SecretSource.NewSecret();
        var expected = new IdToken.Expected(setting.Source.Name, setting.Options.Issuer, setting.Options.ClientId, nonce, setting.Machine.GetUtcNow());
        var outcome = await IdToken.ReadAsync(text ?? "", expected, setting.Metadata.SigningKeys);
        if (outcome.UnknownKey)
        {
            var fresh = await setting.Book.GetAsync(setting.Source.Name, setting.Options.Issuer, unknownKey: true, Context.RequestAborted);
            outcome = await IdToken.ReadAsync(text ?? "", expected, Must(fresh).SigningKeys);
        }

        var token = outcome.Token ?? throw new EndedException(outcome.Refusal!);
        using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(token.EncodedPayload));
        using var more = OpenIdClaims.AreEnough(setting.Options, claims.RootElement) ? null : await UserInfoAsync(tokens.AccessToken!, token.Subject);
        Said = Must(OpenIdClaims.Read(setting.Source.Name, setting.Options, token.Subject, more is null ? [claims.RootElement] : [claims.RootElement, more.RootElement]));
        return new AuthenticationTicket(new System.Security.Claims.ClaimsPrincipal(identity), properties, Scheme.Name);
    }

    /// <summary>More claims; null where there are none, or they are about somebody else (OpenID Connect Core 5.3.4).</summary>
    private async Task<JsonDocument?> UserInfoAsync(string accessToken, string subject)
    {
        if (string.IsNullOrEmpty(setting.Metadata.UserInfoEndpoint))
        {
            return null;
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, setting.Metadata.UserInfoEndpoint);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        var (isOk, body) = await AskAsync(request);
        if (isOk && body?.RootElement is { ValueKind: JsonValueKind.Object } claims && claims.TryGetProperty("sub", out var about) && about.GetString() == subject)
        {
            return body;
        }

        body?.Dispose();
        return null;
    }

    private void Prove(HttpRequestMessage request, Dictionary<string, string> fields)
    {
        var methods = setting.Metadata.TokenEndpointAuthMethodsSupported;
        if (Options.ClientSecret.Length == 0 || methods.Contains("client_secret_post"))
        {
            fields["client_id"] = Options.ClientId;
            if (Options.ClientSecret.Length > 0)
            {
                fields["client_secret"] = Options.ClientSecret;
            }

            return;
        }

        // RFC 6749 2.3.1: both parts form-encoded, then as in basic authentication.
        var pair = $"{Uri.EscapeDataString(Options.ClientId)}:{Uri.EscapeDataString(Options.ClientSecret)}";
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(pair)));
    }

    private async Task<(bool IsOk, JsonDocument? Body)> AskAsync(HttpRequestMessage request)
    {
        try
        {
            using var response = await Backchannel.SendAsync(request, Context.RequestAborted);
            var text = await response.Content.ReadAsStringAsync(Context.RequestAborted);
            return (response.IsSuccessStatusCode, text.StartsWith('{') ? JsonDocument.Parse(text) : null);
        }
        catch (Exception fault) when (fault is HttpRequestException or JsonException || (fault is OperationCanceledException && !Context.RequestAborted.IsCancellationRequested))
        {
            Logger.LogWarning(fault, "{Source} could not be asked at {Address}", setting.Source.Name, request.RequestUri);
            throw new EndedException(OpenIdMetadata.Unreachable(setting.Source.Name));
        }
    }

    private static T Must<T>(Verdict<T> verdict) => verdict.IsOk ? verdict.Value : throw new EndedException(verdict.Refusal!);
}
