using System.Text.Json.Nodes;
using Purser.Cli.Rest;

namespace Purser.Cli.Apply;

/// <summary>Name and properties of one Smart Account: through the operator's client, or as far as they are its own, through its own.</summary>
internal sealed class AccountProperties(EstateAccount account, EstateProblems problems)
{
    private string Own => $"/api/v1/accounts/{account.Domain}";

    public static string OperatorAddress(string domain) => $"/api/v1/operator/accounts/{domain}";

    public async Task<IReadOnlyList<Change>> CompareAsync(RestClient api, bool isOperator, CancellationToken cancel)
    {
        var known = await api.GetAsync(Own, cancel);
        if (account.Type is { } type && known["type"]!.GetValue<string>() is var present && !present.Equals(type, StringComparison.OrdinalIgnoreCase))
        {
            problems.Add(account.Line, $"{account.Domain} is a {present} account; a type does not change here (a Limited Use account is upgraded on its page of properties)");
        }

        var differences = new[]
        {
            Differs(known, "name", account.Name.Length > 0 ? account.Name : null) ? $"name \"{known["name"]}\" to \"{account.Name}\"" : null,
            Differs(known, "description", account.About.Description) ? "description" : null,
            Differs(known, "headquarters", account.About.Headquarters) ? "headquarters" : null,
            Differs(known, "visibility", account.About.Visibility) ? $"visibility to {account.About.Visibility}" : null,
            isOperator ? Switched(known, "exportPermitted", account.ExportPermitted) : null,
            isOperator ? Switched(known, "holdsRestrictedLicenses", account.HoldsRestrictedLicenses) : null,
            isOperator ? Switched(known, "specificReservation", account.SpecificReservation) : null,
            isOperator ? Switched(known, "universalReservation", account.UniversalReservation) : null,
            isOperator && Differs(known, "partyId", account.PartyId) ? $"partyId to {account.PartyId}" : null,
        }.OfType<string>().ToList();
        return differences.Count == 0
            ? []
            : [new Change('~', $"account {account.Domain}: {string.Join(", ", differences)}", account.Line, inner => SettleAsync(api, isOperator, inner))];
    }

    private Task<JsonNode> SettleAsync(RestClient api, bool isOperator, CancellationToken cancel)
    {
        var name = account.Name.Length > 0 ? account.Name : null;
        var about = account.About;
        return isOperator
            ? api.PatchAsync(OperatorAddress(account.Domain), Operators(name), cancel)
            : api.PatchAsync(Own, new { Name = name, about.Description, about.Headquarters, about.Visibility }, cancel);
    }

    private object Operators(string? name) => new
    {
        Name = name, account.About.Description, account.About.Headquarters, account.About.Visibility, account.ExportPermitted, account.HoldsRestrictedLicenses,
        account.SpecificReservation, account.UniversalReservation, account.PartyId,
    };

    private static string? Switched(JsonNode known, string name, bool? wanted) =>
        wanted is { } value && known[name]!.GetValue<bool>() != value ? $"{name} to {(value ? "true" : "false")}" : null;

    private static bool Differs(JsonNode known, string name, string? wanted) => wanted is not null && known[name]!.GetValue<string>() != wanted.Trim();
}
