using System.Text.Json.Nodes;
using Purser.Cli.Rest;

namespace Purser.Cli.Apply;

/// <summary>One Smart Account as an estate file has it; what lies in it only where the credentials file has a client of its own.</summary>
internal sealed class ExportAccount(string domain, RestClients clients, TextWriter notes)
{
    private readonly Dictionary<long, string> places = [];

    private string Address => $"/api/v1/accounts/{domain}";

    public async Task<JsonObject> ReadAsync(CancellationToken cancel)
    {
        var own = clients.Of(domain);
        var row = await (clients.HasOperator ? clients.Operator : own!).GetAsync(Address, cancel);
        var account = ExportOperator.Parts(row, "domain", "name", "type", "exportPermitted", "holdsRestrictedLicenses", "specificReservation", "universalReservation", "partyId", "description", "headquarters", "visibility");
        if (own is null)
        {
            await notes.WriteLineAsync($"purser: what lies in {domain} is its own and left out: the credentials file names no client of it");
            return account;
        }

        account["tags"] = new JsonArray([.. (await own.GetAsync($"{Address}/tags", cancel))["items"]!.AsArray().Select(Tag)]);
        account["virtualAccounts"] = PlacesBelow(await own.ListAsync($"{Address}/virtual-accounts", cancel), parent: null);
        account["users"] = new JsonArray([.. (await own.ListAsync($"{Address}/people", cancel)).SelectMany(User)]);
        account["groups"] = await GroupsAsync(own, cancel);
        account["accessRules"] = await RulesAsync(own, cancel);
        account["clients"] = new JsonArray([.. (await own.ListAsync($"{Address}/clients", cancel)).Where(IsUsable).DistinctBy(client => client["name"]!.GetValue<string>()).Select(Client)]);
        account["licenseConfiguration"] = ExportOperator.Parts(await own.GetAsync($"{Address}/license-configuration", cancel), "addToInventory", "showTransactionDetails");
        account["webhooks"] = new JsonArray([.. (await own.GetAsync($"{Address}/webhooks", cancel))["items"]!.AsArray().Select(Webhook)]);
        account["views"] = new JsonArray([.. (await own.GetAsync($"{Address}/views", cancel))["items"]!.AsArray().Where(view => view!["isOwn"]!.GetValue<bool>() && view["shared"]!.GetValue<bool>())
            .Select(view => ExportOperator.Parts(view!, "of", "name", "query"))]);
        account["licenses"] = await LicensesAsync(own, cancel);
        return account;
    }

    /// <summary>Without its secret, which the server does not tell.</summary>
    private JsonObject Webhook(JsonNode? row)
    {
        var webhook = ExportOperator.Parts(row!["choice"]!, "name", "url", "leastLevel", "groupMinutes", "quietFrom", "quietTo", "zone", "majorAlways", "isPaused");
        if (row["choice"]!["virtualAccountId"] is { } place)
        {
            webhook["virtualAccount"] = places[place.GetValue<long>()];
        }

        return webhook;
    }

    /// <summary>Those that have a threshold or tags.</summary>
    private async Task<JsonArray> LicensesAsync(RestClient own, CancellationToken cancel)
    {
        var written = new JsonArray();
        var thresholds = (await own.GetAsync($"{Address}/license-thresholds", cancel))["items"]!.AsArray()
            .ToDictionary(row => (row!["virtualAccountId"]!.GetValue<long>(), row["entitlementId"]!.GetValue<long>()), row => row!["threshold"]!);
        foreach (var (id, name) in places.OrderBy(place => place.Value, StringComparer.OrdinalIgnoreCase))
        {
            foreach (var row in (await own.ListAsync($"{Address}/virtual-accounts/{id}/licenses", cancel)).Where(row => row["billing"]!.GetValue<string>() == "Prepaid"))
            {
                var (threshold, tags) = (thresholds.GetValueOrDefault((id, row["entitlementId"]!.GetValue<long>())), row["tags"]!.AsArray());
                if (threshold is null && tags.Count == 0)
                {
                    continue;
                }

                var license = new JsonObject { ["license"] = row["license"]!.DeepClone(), ["virtualAccount"] = name };
                if (threshold is not null)
                {
                    license["threshold"] = ExportOperator.Parts(threshold, "percent", "fewerThan");
                }

                license["tags"] = tags.DeepClone();
                written.Add((JsonNode)license);
            }
        }

        return written;
    }

    private static JsonObject Tag(JsonNode? row)
    {
        var tag = ExportOperator.Parts(row!, "name", "description", "required", "multiple");
        tag["values"] = new JsonArray([.. row!["values"]!.AsArray().Select(value => value!["value"]!.DeepClone())]);
        return tag;
    }

    private JsonArray PlacesBelow(IReadOnlyList<JsonNode> rows, long? parent) => new([.. rows.Where(row => row["parentId"]?.GetValue<long>() == parent).Select(row =>
    {
        var id = row["id"]!.GetValue<long>();
        var place = ExportOperator.Parts(row, "name", "description", "accessLevel", "tags");
        places[id] = row["name"]!.GetValue<string>();
        place["virtualAccounts"] = PlacesBelow(rows, id);
        return place;
    })]);

    /// <summary>A line for each own role; those that follow from groups come with the groups.</summary>
    private static IEnumerable<JsonObject> User(JsonNode row) => row["roles"]!.AsArray()
        .Where(role => role!["group"] is null && !role["isFromSource"]!.GetValue<bool>())
        .Select(role =>
        {
            var user = ExportOperator.Parts(row, "email", "name");
            AddRole(user, role!, role!["virtualAccount"]);
            return user;
        });

    private async Task<JsonArray> GroupsAsync(RestClient own, CancellationToken cancel)
    {
        var groups = new JsonArray();
        foreach (var row in await own.ListAsync($"{Address}/groups", cancel))
        {
            var group = ExportOperator.Parts(row, "name", "description");
            group["members"] = new JsonArray([.. (await own.ListAsync($"{Address}/groups/{row["id"]}/members", cancel)).Select(member => member["email"]!.DeepClone())]);
            group["roles"] = new JsonArray([.. row["roles"]!.AsArray().Select(role => RoleOf(role!, role!["virtualAccount"]))]);
            groups.Add((JsonNode)group);
        }

        return groups;
    }

    private async Task<JsonArray> RulesAsync(RestClient own, CancellationToken cancel)
    {
        var rules = new JsonArray();
        foreach (var row in (await own.GetAsync($"{Address}/access-rules", cancel))["items"]!.AsArray())
        {
            var rule = ExportOperator.Parts(row!, "mailDomain");
            if (row!["isBroken"]!.GetValue<bool>())
            {
                await notes.WriteLineAsync($"purser: the access rule for {rule["mailDomain"]} in {domain} names a virtual account that was removed; it is left out");
                continue;
            }

            if (row["access"] is { } access)
            {
                rule["role"] = access["role"]!.DeepClone();
                var named = access["virtualAccountIds"]!.AsArray().Select(id => (JsonNode)places[id!.GetValue<long>()]).ToArray();
                if (named.Length > 0)
                {
                    (rule["virtualAccounts"], rule["includesChildren"]) = (new JsonArray(named), access["includesChildren"]!.DeepClone());
                }
            }

            rule["reason"] = row["reason"]!.DeepClone();
            rules.Add((JsonNode)rule);
        }

        return rules;
    }

    private JsonObject Client(JsonNode row)
    {
        var client = ExportOperator.Parts(row, "name", "scopes", "redirectUris");
        if (row["expiresAt"]?.GetValue<DateTimeOffset>() is { } end)
        {
            client["expiresInDays"] = (long)Math.Ceiling((end - TimeProvider.System.GetUtcNow()).TotalDays);
        }

        client["roles"] = new JsonArray([.. row["grants"]!.AsArray().Select(grant => RoleOf(grant!, grant!["virtualAccountId"] is { } id ? places[id.GetValue<long>()] : null))]);
        return client;
    }

    private static bool IsUsable(JsonNode client) =>
        client["revokedAt"] is null && (client["expiresAt"]?.GetValue<DateTimeOffset>() is not { } end || end > TimeProvider.System.GetUtcNow());

    private static JsonObject RoleOf(JsonNode role, JsonNode? place)
    {
        var written = new JsonObject();
        AddRole(written, role, place);
        return written;
    }

    private static void AddRole(JsonObject written, JsonNode role, JsonNode? place)
    {
        written["role"] = role["role"]!.DeepClone();
        if (place is not null)
        {
            (written["virtualAccount"], written["includesChildren"]) = (place.DeepClone(), role["includesChildren"]!.DeepClone());
        }
    }
}
