using Purser.Server.People.SignIn;
using Purser.Server.People.SignIn.Log;
using Purser.Server.People.SignIn.SecondFactor;
using Purser.Server.People.Sources;
using Purser.Server.Pki;
using Purser.Server.Settings;

namespace Purser.Server.People.OAuth;

/// <summary>
/// Judges a request for an access token and issues it: for a program by its own secret, for a person also by her password, by the code that her
/// consent gave, or by the refresh token that either of them gave (API reference 2.2).
/// </summary>
public sealed class IssueToken(
    ClientProof proof, BearerTokens tokens, Delegations delegations, ActorSource actors, PasswordCheck passwords, SecondFactorRule secondFactor,
    SourceBook sources, FailureBrake brake, SignInLog log, PurserSettings settings)
{
    private const string ByProgram = "Password, through a program";

    public async Task<TokenOutcome> HandleAsync(TokenRequest request, string remoteAddress, CancellationToken cancellation)
    {
        if (request.GrantType is not { } grantType)
        {
            return TokenError.InvalidRequest("grant_type is missing.");
        }

        if (grantType is not ("client_credentials" or "password" or "authorization_code" or "refresh_token"))
        {
            return TokenError.UnsupportedGrant("The grants client_credentials, password, authorization_code and refresh_token are supported.");
        }

        // Kept apart by sender, so that nobody can lock a program out by its public id.
        var door = $"client {request.ClientId} from {remoteAddress}";
        if (!brake.IsFree(door))
        {
            return TokenError.TooMany();
        }

        var (proven, refusal) = await proof.JudgeAsync(request.ClientId, request.ClientSecret, cancellation);
        if (proven is null)
        {
            brake.Count(door);
            return refusal;
        }

        var outcome = grantType switch
        {
            "client_credentials" => await ForItselfAsync(request, proven, cancellation),
            "password" => await ByPasswordAsync(request, proven, remoteAddress, cancellation),
            "authorization_code" => await ByCodeAsync(request, proven, cancellation),
            _ => await ByRefreshTokenAsync(request, proven, cancellation),
        };
        if (outcome.Error?.Code == TokenError.InvalidGrantCode)
        {
            brake.Count(door);
        }

        return outcome;
    }

    private async Task<TokenOutcome> ForItselfAsync(TokenRequest request, ClientProof.Proven proven, CancellationToken cancellation) =>
        ApiScopes.Choose(proven.Client.Scopes, request.Scope) is { } scopes
            ? new TokenOutcome(new GrantedToken(await tokens.IssueAsync(proven.Client, scopes, personId: null, cancellation, notAfter: proven.SecretEndsAt), Words(scopes)), null)
            : WrongScope(proven.Client.Scopes);

    private async Task<TokenOutcome> ByPasswordAsync(TokenRequest request, ClientProof.Proven proven, string remoteAddress, CancellationToken cancellation)
    {
        if (!settings.Security.PasswordGrant)
        {
            return TokenError.UnsupportedGrant("The password grant is switched off here (Security:PasswordGrant). Use client_credentials.");
        }

        if (request.UserName is null || request.Password is null)
        {
            return TokenError.InvalidRequest("username or password is missing.");
        }

        if (ApiScopes.Choose(proven.Client.Scopes, request.Scope) is not { } scopes)
        {
            return WrongScope(proven.Client.Scopes);
        }

        // A second factor cannot be asked for here, so its owner does not get in this way (stack notes 5).
        var person = await passwords.CheckAsync(request.UserName, request.Password);
        if (person is null or { TwoFactorEnabled: true } || await secondFactor.IsRequiredAsync(person.Id, cancellation))
        {
            await log.RefusedAsync(new Caller(remoteAddress, proven.Client.Name), request.UserName, ByProgram, cancellation);

            // Said of a mail domain, whoever is known here.
            return await sources.ForMailAsync(request.UserName, cancellation) is null
                ? TokenError.InvalidGrant()
                : TokenError.InvalidGrant($" Passwords that are kept in the directory or at the identity provider of {SourceOptions.DomainOf(request.UserName)} are not taken here: people use authorization_code, programs client_credentials.");
        }

        await log.WriteAsync(new Caller(remoteAddress, proven.Client.Name), SignInOutcome.SignedIn, person, ByProgram, cancellation: cancellation);
        return await ForPersonAsync(proven, scopes, ApiScopes.Write(scopes), person.Id, SecretSource.NewUuid(), until: null, cancellation);
    }

    private async Task<TokenOutcome> ByCodeAsync(TokenRequest request, ClientProof.Proven proven, CancellationToken cancellation)
    {
        if (request.Code is not { } code)
        {
            return TokenError.InvalidRequest("code is missing.");
        }

        var given = await delegations.RedeemAsync(DelegationKind.Code, code, proven.Client, cancellation);
        return given is not null && given.RedirectUri == (request.RedirectUri ?? "") && AuthorizationRequest.Answers(given.Challenge, request.CodeVerifier)
            ? await GoOnAsync(given, proven, given.Scopes, cancellation)
            : TokenError.InvalidSecret();
    }

    private async Task<TokenOutcome> ByRefreshTokenAsync(TokenRequest request, ClientProof.Proven proven, CancellationToken cancellation)
    {
        if (request.RefreshToken is not { } secret)
        {
            return TokenError.InvalidRequest("refresh_token is missing.");
        }

        return await delegations.RedeemAsync(DelegationKind.Refresh, secret, proven.Client, cancellation) is { } given
            ? await GoOnAsync(given, proven, request.Scope, cancellation)
            : TokenError.InvalidSecret();
    }

    /// <summary>Scopes may become fewer in an access token; the next refresh token stands for all of them again (RFC 6749 6).</summary>
    private async Task<TokenOutcome> GoOnAsync(Delegation given, ClientProof.Proven proven, string? asked, CancellationToken cancellation)
    {
        if (await actors.PersonAsync(given.PersonId, cancellation) is null)
        {
            return TokenError.InvalidSecret();
        }

        if (ApiScopes.Choose(given.Scopes, asked?.Replace(',', ' ')) is not { } scopes)
        {
            return WrongScope(given.Scopes);
        }

        // Nobody tells when a provider lets somebody in no longer, so she has to come back from there now and then.
        var isFromProvider = await sources.OfPersonAsync(given.PersonId, cancellation) is { Kind: SourceKind.OpenId };
        var until = isFromProvider && given.Kind == DelegationKind.Refresh ? given.ExpiresAt : (DateTimeOffset?)null;
        return await ForPersonAsync(proven, scopes, given.Scopes, given.PersonId, given.Family, until, cancellation);
    }

    private async Task<TokenOutcome> ForPersonAsync(
        ClientProof.Proven proven, IReadOnlyCollection<ApiScope> scopes, string allScopes, long personId, string family, DateTimeOffset? until, CancellationToken cancellation)
    {
        var token = await tokens.IssueAsync(proven.Client, scopes, personId, cancellation, family, proven.SecretEndsAt);
        var refresh = await delegations.IssueRefreshAsync(proven.Client, allScopes, personId, family, until, cancellation);
        return new TokenOutcome(new GrantedToken(token, Words(scopes), refresh), null);
    }

    private static TokenOutcome WrongScope(string scopes) => TokenError.InvalidScope($"The client may ask for: {scopes.Replace(',', ' ')}.");

    private static string Words(IEnumerable<ApiScope> scopes) => string.Join(' ', scopes);
}
