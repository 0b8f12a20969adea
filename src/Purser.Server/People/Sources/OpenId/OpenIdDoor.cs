using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OAuth;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;
using Purser.Server.Commands;
using Purser.Server.Pki;
using Purser.Server.Settings;

namespace Purser.Server.People.Sources.OpenId;

/// <summary>The way out to a provider, and back in.</summary>
public sealed class OpenIdDoor(
    OpenIdMetadata metadata, AdmitPerson admit, SecretBox box, IDataProtectionProvider protection, PurserSettings settings, TimeProvider machine,
    ILoggerFactory logs, UrlEncoder encoder)
{
    private readonly ILogger log = logs.CreateLogger<OpenIdDoor>();

    public sealed record Came(Person Person, string ReturnUrl);

    public static string Path(long sourceId) => $"/sign-in/with/{sourceId}";

    /// <summary>What the operator enters at the provider as the address to come back to.</summary>
    public static string CallbackPath(long sourceId) => $"{Path(sourceId)}/callback";

    /// <summary>Sends the browser to the provider; null when that is done.</summary>
    public async Task<Refusal?> BeginAsync(HttpContext context, SignInSource source, string returnUrl, string email)
    {
        var handler = await HandlerAsync(context, source);
        if (!handler.IsOk)
        {
            return handler.Refusal;
        }

        var properties = new AuthenticationProperties { RedirectUri = "/" };
        properties.Items[OpenIdHandler.ReturnUrl] = returnUrl;
        properties.Items[OpenIdHandler.LoginHint] = email;
        await handler.Value.ChallengeAsync(properties);
        return null;
    }

    /// <summary>Whom the provider sends back.</summary>
    public async Task<Verdict<Came>> FinishAsync(HttpContext context, SignInSource source)
    {
        var made = await HandlerAsync(context, source);
        if (!made.IsOk)
        {
            return made.Refusal!;
        }

        try
        {
            // Somebody else's answer must not be taken for this provider's (RFC 9207).
            if (context.Request.Query["iss"].ToString() is { Length: > 0 } issuer && issuer != source.OpenId().Issuer)
            {
                return Verdict.Refused(RefusalCode.SignInFailed, $"The answer comes from {issuer}, not from “{source.Name}”. Begin again.");
            }

            var result = await made.Value.FinishAsync();
            if (made.Value.Said is not { } said || !result.Succeeded)
            {
                log.LogInformation(result.Failure, "A sign-in through {Source} was not finished", source.Name);
                return Unfinished(context, source.Name);
            }

            var admitted = await admit.HandleAsync(source, said, context.RequestAborted);
            var returnUrl = result.Properties!.Items[OpenIdHandler.ReturnUrl] ?? "";
            return admitted.Map(person => new Came(person, returnUrl));
        }
        catch (OpenIdHandler.EndedException ended)
        {
            log.LogWarning("A sign-in through {Source} ended: {Reason}", source.Name, ended.Message);
            return ended.Refusal;
        }
    }

    /// <summary>For the operator: does the provider answer, and is it who it should be?</summary>
    public async Task<Verdict<string>> CheckAsync(SignInSource source, CancellationToken cancellation)
    {
        var found = await metadata.FetchAsync(source.Name, source.OpenId().Issuer, cancellation);
        return found.Map(configuration => $"{configuration.Issuer} answers; it publishes {configuration.SigningKeys.Count} signing key{(configuration.SigningKeys.Count == 1 ? "" : "s")}.");
    }

    /// <summary>The address as browsers and the provider know it.</summary>
    public string CallbackUrl(HttpContext context, long sourceId) =>
        (settings.Http.PublicUrl.Length > 0 ? settings.Http.PublicUrl.TrimEnd('/') : $"{context.Request.Scheme}://{context.Request.Host}") + CallbackPath(sourceId);

    private static Refusal Unfinished(HttpContext context, string source) => Verdict.Refused(
        RefusalCode.SignInFailed,
        context.Request.Query.ContainsKey("error")
            ? $"“{source}” did not let you in, or you broke it off there."
            : "This sign-in took too long, was finished already, or was begun in another browser. Begin again.");

    private async Task<Verdict<OpenIdHandler>> HandlerAsync(HttpContext context, SignInSource source)
    {
        var provider = source.OpenId();
        var found = await metadata.GetAsync(source.Name, provider.Issuer, unknownKey: false, context.RequestAborted);
        if (!found.IsOk)
        {
            return found.Refusal!;
        }

        var options = new OAuthOptions
        {
            ClientId = provider.ClientId,
            ClientSecret = source.SealedSecret is { } secret ? box.OpenText(secret, SourceOptions.Place(source.Id)) : "",
            AuthorizationEndpoint = found.Value.AuthorizationEndpoint,
            TokenEndpoint = found.Value.TokenEndpoint,
            CallbackPath = CallbackPath(source.Id),
            UsePkce = true,
            Backchannel = metadata.Backchannel,
            DataProtectionProvider = protection,
            StateDataFormat = new PropertiesDataFormat(protection.CreateProtector($"Purser.OpenId.{source.Id}")),
        };
        foreach (var scope in provider.Scopes.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            options.Scope.Add(scope);
        }

        // The way back is a link that the browser follows: no need to send the cookie with anything else.
        options.CorrelationCookie.Name = "purser-sign-in.";
        (options.CorrelationCookie.SameSite, options.CorrelationCookie.SecurePolicy) = (SameSiteMode.Lax, CookieSecurePolicy.SameAsRequest);
        var setting = new OpenIdHandler.Setting(source, provider, found.Value, metadata, CallbackUrl(context, source.Id), machine);
        var handler = new OpenIdHandler(new Only(options), logs, encoder, setting);
        await handler.InitializeAsync(new AuthenticationScheme($"source-{source.Id}", source.Name, typeof(OpenIdHandler)), context);
        return handler;
    }

    /// <summary>The framework asks for options by name; these are made of the row.</summary>
    private sealed class Only(OAuthOptions options) : IOptionsMonitor<OAuthOptions>
    {
        public OAuthOptions CurrentValue => options;

        public OAuthOptions Get(string? name) => options;

        public IDisposable? OnChange(Action<OAuthOptions, string?> listener) => null;
    }
}
