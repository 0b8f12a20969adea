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

    public IReadOnlyList<EstateAccount> Accounts => accounts;

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
        var properties = new AccountProperties(account, problems);
        if (!clients.HasOperator)
        {
            return clients.Of(account.Domain) is { } own ? await properties.CompareAsync(own, isOperator: false, cancel) : [];
        }

        var isKnown = (await clients.Operator.ListAsync($"/api/v1/operator/accounts?search={Uri.EscapeDataString(account.Domain)}", cancel))
            .Any(row => string.Equals(row["domain"]!.GetValue<string>(), account.Domain, StringComparison.OrdinalIgnoreCase));
        return isKnown
            ? await properties.CompareAsync(clients.Operator, isOperator: true, cancel)
            : [new Change('+', $"account {account.Domain}: {account.Name}", account.Line, inner => CreateAsync(account, clients.Operator, inner))];
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

        if (account is not { About: { Description: null, Headquarters: null, Visibility: null }, HoldsRestrictedLicenses: null, SpecificReservation: null, UniversalReservation: null })
        {
            var about = account.About;
            await api.PatchAsync(
                AccountProperties.OperatorAddress(account.Domain),
                new { about.Description, about.Headquarters, about.Visibility, account.HoldsRestrictedLicenses, account.SpecificReservation, account.UniversalReservation }, cancel);
        }
    }
}
