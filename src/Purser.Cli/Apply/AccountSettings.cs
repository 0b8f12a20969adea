using System.Globalization;
using System.Text.Json.Nodes;
using Purser.Cli.Rest;

namespace Purser.Cli.Apply;

/// <summary>License configuration, webhooks and shared views of one Smart Account.</summary>
/// <param name="places">Name → number of the virtual accounts that are there by now.</param>
internal sealed class AccountSettings(EstateAccount account, RestClient api, IReadOnlyDictionary<string, long> places, EstateProblems problems, TextWriter output)
{
    private string Address => $"/api/v1/accounts/{account.Domain}";

    public async Task<List<Change>> CompareAsync(CancellationToken cancel)
    {
        var changes = new List<Change>();
        if (account.Configuration is { } wanted)
        {
            changes.AddRange(Compare(wanted, await api.GetAsync($"{Address}/license-configuration", cancel)));
        }

        if (account.Webhooks.Count > 0)
        {
            var known = (await api.GetAsync($"{Address}/webhooks", cancel))["items"]!.AsArray();
            changes.AddRange(account.Webhooks.Select(webhook => Compare(webhook, known.FirstOrDefault(row => IsSame(row!["choice"]!["name"]!.GetValue<string>(), webhook.Name)))).OfType<Change>());
        }

        if (account.Views.Count > 0)
        {
            var known = (await api.GetAsync($"{Address}/views", cancel))["items"]!.AsArray();
            foreach (var view in account.Views)
            {
                if (await CompareAsync(view, known, cancel) is { } change)
                {
                    changes.Add(change);
                }
            }
        }

        return changes;
    }

    private IEnumerable<Change> Compare(EstateAccount.Flags wanted, JsonNode present)
    {
        var differences = new[]
        {
            wanted.AddToInventory is { } add && present["addToInventory"]!.GetValue<bool>() != add ? $"Add to Inventory {OnOff(add)}" : null,
            wanted.ShowTransactionDetails is { } show && present["showTransactionDetails"]!.GetValue<bool>() != show ? $"Show License Transactions Details {OnOff(show)}" : null,
        }.OfType<string>().ToList();
        if (differences.Count > 0)
        {
            yield return new Change('~', $"license configuration of {account.Domain}: {string.Join(", ", differences)}", wanted.Line, cancel =>
                api.PutAsync($"{Address}/license-configuration", new { wanted.AddToInventory, wanted.ShowTransactionDetails, wanted.Notes }, cancel));
        }
    }

    private Change? Compare(EstateAccount.Webhook wanted, JsonNode? row)
    {
        var what = $"webhook \"{wanted.Name}\" in {account.Domain}";
        if (row is null)
        {
            return new Change('+', $"{what}: {wanted.Url}", wanted.Line, async cancel =>
            {
                var made = await api.PostAsync($"{Address}/webhooks", Body(wanted, present: null), cancel);
                await output.WriteLineAsync($"    secret {made["secret"]} (shown once)");
            });
        }

        // What the file leaves out stays as it is.
        var (present, body) = (row["choice"]!.AsObject(), Body(wanted, row["choice"]!.AsObject()));
        var differences = body.Where(part => !JsonNode.DeepEquals(part.Value, present[part.Key])).Select(part => part.Key).ToList();
        if (wanted.VirtualAccount is { } place && !places.ContainsKey(place))
        {
            differences.Add("virtualAccountId");
        }

        return differences.Count == 0 ? null : new Change('~', $"{what}: {string.Join(", ", differences)}", wanted.Line, cancel => api.PutAsync($"{Address}/webhooks/{row["id"]}", Body(wanted, present), cancel));
    }

    /// <summary>Its virtual account may be made a moment before, so its number is looked up when it is needed.</summary>
    private JsonObject Body(EstateAccount.Webhook wanted, JsonObject? present)
    {
        var body = present?.DeepClone().AsObject() ?? [];
        (string Name, JsonNode? Value)[] parts =
        [
            ("name", wanted.Name), ("url", wanted.Url), ("leastLevel", wanted.LeastLevel), ("groupMinutes", wanted.GroupMinutes), ("quietFrom", Time(wanted.QuietFrom)),
            ("quietTo", Time(wanted.QuietTo)), ("zone", wanted.Zone), ("majorAlways", wanted.MajorAlways), ("isPaused", wanted.IsPaused),
            ("virtualAccountId", wanted.VirtualAccount is { } place && places.TryGetValue(place, out var id) ? id : null),
        ];
        foreach (var (name, value) in parts.Where(part => part.Value is not null))
        {
            body[name] = value;
        }

        return body;
    }

    /// <summary>The server says how it keeps the query of a view: parts it does not know fall away.</summary>
    private async Task<Change?> CompareAsync(EstateAccount.View wanted, JsonArray known, CancellationToken cancel)
    {
        var body = new { wanted.Of, wanted.Name, wanted.Query, Shared = true, Replace = true };
        string kept;
        try
        {
            kept = (await api.PostAsync($"{Address}/views?dryRun=true", body, cancel))["query"]!.GetValue<string>();
        }
        catch (RestException refused) when ((int)refused.Status is >= 400 and < 500)
        {
            problems.Add(wanted.Line, $"the view \"{wanted.Name}\" of {account.Domain}: {refused.Message}");
            return null;
        }

        var row = known.FirstOrDefault(view => view!["isOwn"]!.GetValue<bool>() && view["of"]!.GetValue<string>() == wanted.Of && IsSame(view["name"]!.GetValue<string>(), wanted.Name));
        return row is not null && row["query"]!.GetValue<string>() == kept && row["shared"]!.GetValue<bool>() && row["name"]!.GetValue<string>() == wanted.Name
            ? null
            : new Change(row is null ? '+' : '~', $"shared view \"{wanted.Name}\" of {wanted.Of} in {account.Domain}", wanted.Line, inner => api.PostAsync($"{Address}/views", body, inner));
    }

    /// <summary>As the server writes it: "06:00".</summary>
    private static string? Time(string? text) =>
        TimeOnly.TryParse(text, CultureInfo.InvariantCulture, out var time) ? time.ToString("HH:mm", CultureInfo.InvariantCulture) : text;

    private static string OnOff(bool flag) => flag ? "on" : "off";

    private static bool IsSame(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
