using System.Net.Mail;
using System.Text.Json;
using Purser.Server.Commands;

namespace Purser.Server.People.Sources.OpenId;

/// <summary>Makes a person of claims: those of the id token, and where they lack something, those of the user info.</summary>
internal static class OpenIdClaims
{
    private const int MostGroups = 1000;
    private const string EmailClaim = "email";

    /// <summary>Is there anything that the id token does not say?</summary>
    public static bool AreEnough(OpenIdOptions options, JsonElement token) =>
        Text(token, options.MailClaim) is not null && Text(token, options.NameClaim) is not null
        && (options.GroupsClaim.Length == 0 || token.TryGetProperty(options.GroupsClaim, out _));

    public static Verdict<SourcePerson> Read(string source, OpenIdOptions options, string subject, IReadOnlyList<JsonElement> places)
    {
        var holder = places.FirstOrDefault(place => Text(place, options.MailClaim) is not null);
        if (holder.ValueKind != JsonValueKind.Object || Text(holder, options.MailClaim)?.Trim() is not { } email || NewPerson.Problem(new NewPerson(email)) is not null)
        {
            return Refused($"“{source}” did not tell your e-mail address (claim “{options.MailClaim}”). Tell the operator: a scope may be missing.");
        }

        // Anybody can claim an address somewhere; only one that was verified finds a person. "email_verified" speaks of the claim "email" and of no
        // other (OpenID Connect Core 5.1): names that people may choose themselves are none of its business.
        if ((options.MailClaim == EmailClaim ? IsVerified(holder) : null) is not { } verified ? !options.MailIsVerified : !verified)
        {
            return Refused($"“{source}” says that your address {email} has not been verified. Verify it there, then sign in again.");
        }

        var name = places.Select(place => Text(place, options.NameClaim)).FirstOrDefault(text => text is not null);
        return new SourcePerson(
            options.Issuer, subject, email, NewPerson.Problem(new NewPerson(email, name)) is null ? name ?? email : email, GroupsOf(options, places));
    }

    private static bool? IsVerified(JsonElement place) => place.TryGetProperty("email_verified", out var verified)
        ? verified.ValueKind == JsonValueKind.True || (verified.ValueKind == JsonValueKind.String && verified.GetString() == "true")
        : null;

    /// <summary>A list, or a single name. A claim that is missing means: in no group.</summary>
    private static List<string>? GroupsOf(OpenIdOptions options, IReadOnlyList<JsonElement> places)
    {
        if (options.GroupsClaim.Length == 0)
        {
            return null;
        }

        var claim = places.Select(place => place.TryGetProperty(options.GroupsClaim, out var groups) ? groups : default)
            .FirstOrDefault(groups => groups.ValueKind != JsonValueKind.Undefined);
        return claim.ValueKind switch
        {
            JsonValueKind.Array => claim.EnumerateArray().Where(group => group.ValueKind == JsonValueKind.String).Select(group => group.GetString()!).Take(MostGroups).ToList(),
            JsonValueKind.String => [claim.GetString()!],
            _ => [],
        };
    }

    private static string? Text(JsonElement place, string claim) =>
        place.ValueKind == JsonValueKind.Object && place.TryGetProperty(claim, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text
            ? text
            : null;

    private static Refusal Refused(string text) => Verdict.Refused(RefusalCode.SignInFailed, text);
}
