using Purser.Cli.Rest;

namespace Purser.Cli.Apply;

/// <summary>Smart Accounts are made by the operator; what lies in one is its own business and needs a client of it.</summary>
internal sealed class AccountsPart : IEstatePart
{
    private readonly EstateProblems problems;
    private readonly TextWriter output;
    private readonly IReadOnlyList<EstateAccount> accounts;

    public AccountsPart(EstateNode node, EstateProblems problems, TextWriter output)
    {
        (this.problems, this.output) = (problems, output);
        accounts = [.. node.Items().Select(EstateAccount.Read)];
        foreach (var twice in accounts.GroupBy(account => account.Domain, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1))
        {
            problems.Add(twice.Last().Line, $"the account {twice.Key} stands here twice");
        }
    }

    public async Task<IReadOnlyList<Change>> CompareAsync(RestClients clients, CancellationToken cancel)
    {
        var changes = new List<Change>();
        foreach (var account in accounts)
        {
            changes.AddRange(await AccountAsync(account, clients, cancel));
            if (!account.HasContent)
            {
                continue;
            }

            if (clients.Of(account.Domain) is { } own)
            {
                changes.AddRange(await new AccountContent(account, own, problems, output).CompareAsync(cancel));
            }
            else
            {
                problems.Add(account.Line, $"what lies in {account.Domain} is its own: its administrator makes an API client, and the credentials file names it under accounts");
            }
        }

        return changes;
    }

    private async Task<IReadOnlyList<Change>> AccountAsync(EstateAccount account, RestClients clients, CancellationToken cancel)
    {
        if (!clients.HasOperator)
        {
            return [];
        }

        var known = (await clients.Operator.ListAsync($"/api/v1/operator/accounts?search={Uri.EscapeDataString(account.Domain)}", cancel))
            .FirstOrDefault(row => string.Equals(row["domain"]!.GetValue<string>(), account.Domain, StringComparison.OrdinalIgnoreCase));
        if (known is null)
        {
            return [new Change('+', $"account {account.Domain}: {account.Name}", account.Line, inner => CreateAsync(account, clients.Operator, inner))];
        }

        var differences = new List<string>();
        if (account.Name.Length > 0 && known["name"]!.GetValue<string>() != account.Name)
        {
            differences.Add($"name \"{known["name"]}\" to \"{account.Name}\"");
        }

        if (account.ExportPermitted is { } permitted && known["exportPermitted"]!.GetValue<bool>() != permitted)
        {
            differences.Add($"exportPermitted to {(permitted ? "true" : "false")}");
        }

        if (account.PartyId is { } party && known["partyId"]!.GetValue<string>() != party)
        {
            differences.Add($"partyId to {party}");
        }

        return differences.Count == 0
            ? []
            : [new Change('~', $"account {account.Domain}: {string.Join(", ", differences)}", account.Line, inner =>
                clients.Operator.PatchAsync($"/api/v1/operator/accounts/{account.Domain}", new { account.Name, account.ExportPermitted, account.PartyId }, inner))];
    }

    private async Task CreateAsync(EstateAccount account, RestClient api, CancellationToken cancel)
    {
        var made = await api.PostAsync(
            "/api/v1/operator/accounts",
            new
            {
                account.Name, account.Domain, account.Type, ExportPermitted = account.ExportPermitted ?? false, PartyId = account.PartyId ?? "",
                Administrator = account.Administrator is { } person ? new { person.Email, DisplayName = person.Name } : null,
            },
            cancel);
        if (made["setPasswordPath"]?.GetValue<string>() is { } path)
        {
            await output.WriteLineAsync($"    {account.Administrator!.Email} chooses a password at {new Uri(api.BaseAddress, path)} (once)");
        }
    }
}
