using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Purser.Server.People.OAuth;

/// <summary>What a program asks for when it sends a browser here, so that a person lets it act for her (RFC 6749 4.1.1; RFC 7636 4.3).</summary>
public sealed record AuthorizationRequest(
    string ClientId, string RedirectUri, string ResponseType, string Scope, string State, string Challenge, string ChallengeMethod)
{
    public const string Sha256 = "S256";

    public static AuthorizationRequest From(Func<string, string> valueOf) => new(
        valueOf("client_id"), valueOf("redirect_uri"), valueOf("response_type"), valueOf("scope"), valueOf("state"),
        valueOf("code_challenge"), valueOf("code_challenge_method"));

    /// <summary>Names and values again, for the form on the page.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Fields =>
    [
        new("client_id", ClientId), new("redirect_uri", RedirectUri), new("response_type", ResponseType), new("scope", Scope), new("state", State),
        new("code_challenge", Challenge), new("code_challenge_method", ChallengeMethod),
    ];

    /// <summary>Does the verifier answer the challenge with which the code was asked for? Without a challenge there is nothing to answer.</summary>
    public static bool Answers(string challenge, string? verifier) => challenge.Length == 0
        || (verifier is not null && CryptographicOperations.FixedTimeEquals(
            Encoding.ASCII.GetBytes(challenge), Encoding.ASCII.GetBytes(Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier))))));
}
