using System.Globalization;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Purser.Server.Commands;

namespace Purser.Server.People.Sources.OpenId;

/// <summary>Believes an id token, or says why not (OpenID Connect Core 3.1.3.7).</summary>
internal static class IdToken
{
    /// <summary>How far the provider's clock may be ahead or behind.</summary>
    public static readonly TimeSpan Skew = TimeSpan.FromMinutes(2);

    /// <summary>Signatures with a private key only: with a shared one, whoever knows the client's secret could make tokens; "none" is nobody's word.</summary>
    private static readonly string[] Algorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    /// <param name="Source">The provider's name in words to people.</param>
    public sealed record Expected(string Source, string Issuer, string ClientId, string Nonce, DateTimeOffset Now);

    /// <param name="UnknownKey">Signed with a key that is not among these: they may have been replaced.</param>
    public sealed record Outcome(JsonWebToken? Token, Refusal? Refusal, bool UnknownKey = false);

    public static async Task<Outcome> ReadAsync(string text, Expected expected, IEnumerable<SecurityKey> keys)
    {
        var result = await new JsonWebTokenHandler().ValidateTokenAsync(text, new TokenValidationParameters
        {
            ValidIssuer = expected.Issuer,
            ValidAudience = expected.ClientId,
            IssuerSigningKeys = keys,
            ValidAlgorithms = Algorithms,
            RequireSignedTokens = true,

            // Judged below, by this server's own clock and in words that tell how far the clocks are apart.
            ValidateLifetime = false,
        });
        if (!result.IsValid)
        {
            return new Outcome(null, Explain(result.Exception, expected.Source), result.Exception is SecurityTokenSignatureKeyNotFoundException);
        }

        var token = (JsonWebToken)result.SecurityToken;
        return Judge(token, expected) is { } refusal ? new Outcome(null, refusal) : new Outcome(token, null);
    }

    internal static Refusal? Judge(JsonWebToken token, Expected expected)
    {
        if (!token.TryGetPayloadValue<long>("exp", out var expires) || !token.TryGetPayloadValue<long>("iat", out var issued) || string.IsNullOrEmpty(token.Subject))
        {
            return Refused($"The word of “{expected.Source}” is not complete: subject, time or end is missing. Tell the operator.");
        }

        var now = expected.Now.ToUnixTimeSeconds();
        var skew = (long)Skew.TotalSeconds;
        if (issued > now + skew || expires <= now - skew)
        {
            return Refused(string.Create(
                CultureInfo.InvariantCulture,
                $"The clocks of “{expected.Source}” and of this server differ by about {Math.Abs(now - issued) / 60} minutes, so its word cannot be believed. The operator has to set the clock that is wrong."));
        }

        if (!token.TryGetPayloadValue<string>("nonce", out var nonce) || nonce != expected.Nonce)
        {
            return Refused($"The word of “{expected.Source}” belongs to another sign-in (its nonce differs). Begin again.");
        }

        return token.TryGetPayloadValue<string>("azp", out var party) ? WrongParty(party, expected)
            : token.Audiences.Count() > 1 ? OtherAudience(expected.Source)
            : null;
    }

    private static Refusal? WrongParty(string party, Expected expected) => party == expected.ClientId ? null : OtherAudience(expected.Source);

    private static Refusal Explain(Exception fault, string source) => fault switch
    {
        SecurityTokenInvalidAudienceException => OtherAudience(source),
        SecurityTokenInvalidIssuerException => Refused($"The word that came from “{source}” names another issuer. Tell the operator."),
        SecurityTokenInvalidAlgorithmException => Refused($"“{source}” signs in a way that is not accepted here (RS, PS or ES with 256, 384 or 512 bits are). Tell the operator."),
        SecurityTokenSignatureKeyNotFoundException => Refused($"The word that came from “{source}” is signed with a key that it does not publish. Try again in a minute."),
        _ => Refused($"The word that came from “{source}” is not signed by it. Begin again; if that does not help, tell the operator."),
    };

    private static Refusal OtherAudience(string source) =>
        Refused($"“{source}” answered for another application (its audience differs). The operator has to compare the client id.");

    private static Refusal Refused(string text) => Verdict.Refused(RefusalCode.SignInFailed, text);
}
