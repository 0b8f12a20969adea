namespace Purser.Server.People.OAuth;

/// <summary>A refusal of the token endpoint, in the words of RFC 6749 5.2 and with the statuses of API reference 2.3.</summary>
public sealed record TokenError(int Status, string Code, string Description)
{
    public const string InvalidGrantCode = "invalid_grant";

    public static TokenOutcome InvalidRequest(string description) => new(null, new TokenError(400, "invalid_request", description));

    /// <summary>One answer for an unknown client and a wrong secret: neither may be found out.</summary>
    public static TokenOutcome InvalidClient() => new(null, new TokenError(
        401, "invalid_client", "The client is unknown, its secret is wrong, or it was revoked or has expired."));

    /// <summary>Told only to who has shown a secret of the client.</summary>
    public static TokenOutcome EndedClient(string description) => new(null, new TokenError(401, "invalid_client", description));

    public static TokenOutcome InvalidGrant(string elsewhere = "") => new(null, new TokenError(
        400, InvalidGrantCode, "The user name or password is wrong, the person is locked for some minutes, or may not sign in this way." + elsewhere));

    public static TokenOutcome InvalidSecret() => new(null, new TokenError(
        400, InvalidGrantCode, "The code or refresh token is unknown, was used before, has expired, is another client's, or does not fit its request."));

    public static TokenOutcome UnsupportedGrant(string description) => new(null, new TokenError(400, "unsupported_grant_type", description));

    public static TokenOutcome InvalidScope(string description) => new(null, new TokenError(400, "invalid_scope", description));

    public static TokenOutcome TooMany() => new(null, new TokenError(429, "slow_down", "Too many failed attempts. Try again in a minute."));
}

/// <summary>Either a token or an error.</summary>
public readonly record struct TokenOutcome(GrantedToken? Token, TokenError? Error);

/// <param name="RefreshToken">Only where a person is behind it.</param>
public sealed record GrantedToken(SignIn.IssuedToken Token, string Scope, string? RefreshToken = null);
