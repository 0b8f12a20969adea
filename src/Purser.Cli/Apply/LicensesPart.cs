using System.Text.Json.Nodes;
using Purser.Cli.Rest;

namespace Purser.Cli.Apply;

/// <summary>Thresholds and tags of licenses. They come after the orders, which bring the licenses.</summary>
internal sealed class LicensesPart(IReadOnlyList<EstateAccount> accounts) : IEstatePart
{
    public async Task<IReadOnlyList<Change>> CompareAsync(RestClients clients, CancellationToken cancel)
    {
        var changes = new List<Change>();
        foreach (var account in accounts.Where(account => account.Licenses.Count > 0))
        {
            // Without a client of its own the account was refused before.
            var api = clients.Of(account.Domain)!;
            foreach (var license in account.Licenses)
            {
                changes.AddRange(await CompareAsync(account, license, api, cancel));
            }
        }

        return changes;
    }

    private static async Task<IReadOnlyList<Change>> CompareAsync(EstateAccount account, EstateAccount.License wanted, RestClient api, CancellationToken cancel)
    {
        var changes = new List<Change>();
        var row = await FindAsync(account, wanted, api, cancel);
        var what = $"license \"{wanted.Name}\" in {account.Domain} / \"{wanted.VirtualAccount}\"";
        if (wanted.Percent is not null || wanted.FewerThan is not null)
        {
            var present = row is null ? null : await api.GetAsync($"{row.Address}/licenses/{row.Id}/threshold", cancel);
            if (present?["percent"]?.GetValue<long>() != wanted.Percent || present?["fewerThan"]?.GetValue<long>() != wanted.FewerThan)
            {
                changes.Add(new Change(present?["percent"] is null && present?["fewerThan"] is null ? '+' : '~', $"threshold of {what}: {Words(wanted)}", wanted.Line, async inner =>
                {
                    var found = await DemandAsync(account, wanted, api, inner);
                    await api.PutAsync($"{found.Address}/licenses/{found.Id}/threshold", new { wanted.Percent, wanted.FewerThan }, inner);
                }));
            }
        }

        var missing = wanted.Tags.Except(row?.Tags ?? [], StringComparer.OrdinalIgnoreCase).ToList();
        if (missing.Count > 0)
        {
            changes.Add(new Change('+', $"tags of {what}: {string.Join(", ", missing)}", wanted.Line, inner => TagAsync(account, wanted, missing, api, inner)));
        }

        return changes;
    }

    private static async Task TagAsync(EstateAccount account, EstateAccount.License wanted, List<string> missing, RestClient api, CancellationToken cancel)
    {
        var found = await DemandAsync(account, wanted, api, cancel);
        var known = (await api.GetAsync($"{found.Address}/license-tags", cancel))["items"]!.AsArray().Select(tag => tag!["name"]!.GetValue<string>()).ToHashSet(StringComparer.OrdinalIgnoreCase);
        await api.PostAsync(
            $"{found.Address}/license-tags/add", new { Licenses = new[] { found.Id }, Tags = missing.Where(known.Contains), NewTags = missing.Where(tag => !known.Contains(tag)) }, cancel);
    }

    private static string Words(EstateAccount.License wanted) => string.Join(" or ", new[]
    {
        wanted.Percent is { } percent ? $"in use reaches {percent} %" : null, wanted.FewerThan is { } few ? $"fewer than {few} left" : null,
    }.OfType<string>());

    private sealed record Found(string Address, long Id, IReadOnlyList<string> Tags);

    /// <summary>Null where the virtual account or the license is not there (yet).</summary>
    private static async Task<Found?> FindAsync(EstateAccount account, EstateAccount.License wanted, RestClient api, CancellationToken cancel)
    {
        var all = $"/api/v1/accounts/{account.Domain}/virtual-accounts";
        var place = (await api.ListAsync(all, cancel)).FirstOrDefault(row => IsSame(row["name"]!.GetValue<string>(), wanted.VirtualAccount));
        if (place is null)
        {
            return null;
        }

        var address = $"{all}/{place["id"]}";
        var license = (await api.ListAsync($"{address}/licenses?q={Uri.EscapeDataString(wanted.Name)}", cancel))
            .FirstOrDefault(row => row["billing"]!.GetValue<string>() == "Prepaid" && IsSame(row["license"]!.GetValue<string>(), wanted.Name));
        return license is null ? null : new Found(address, license["entitlementId"]!.GetValue<long>(), [.. license["tags"]!.AsArray().Select(tag => tag!.GetValue<string>())]);
    }

    private static async Task<Found> DemandAsync(EstateAccount account, EstateAccount.License wanted, RestClient api, CancellationToken cancel) =>
        await FindAsync(account, wanted, api, cancel)
        ?? throw new CommandException($"No prepaid license \"{wanted.Name}\" lies in \"{wanted.VirtualAccount}\" of {account.Domain}.");

    private static bool IsSame(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
