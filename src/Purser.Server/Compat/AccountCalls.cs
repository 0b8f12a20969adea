using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Settings;
using Purser.Server.Store;

namespace Purser.Server.Compat;

/// <summary>Smart Accounts in the published API (API reference 3.1, 6.1).</summary>
internal sealed class AccountCalls(Database database, PurserSettings settings)
{
    /// <summary>GET v2/accounts: the caller's accounts and roles.</summary>
    public async Task<IResult> ListAsync(HttpContext context)
    {
        await using var db = database.Read();
        var actor = context.Actor();
        var wanted = context.Request.Query["domain"].ToString().ToLowerInvariant();
        var accounts = await Visible(db, actor).Where(account => wanted == "" || account.Domain == wanted)
            .OrderBy(account => account.Domain).ToListAsync(context.RequestAborted);
        var ids = accounts.ConvertAll(account => account.Id);
        var names = await db.VirtualAccounts.Where(row => ids.Contains(row.AccountId)).ToDictionaryAsync(row => row.Id, row => row.Name, context.RequestAborted);
        return Published.Answer(new
        {
            accounts = accounts.Select(account => new
            {
                accountStatus = account.Status.ToString(),
                accountDomain = account.Domain,
                accountName = account.Name,
                accountType = TypeOf(account.Type),
                roles = RolesOf(actor, account.Id, names),
            }),
            statusMessage = "",
            status = Published.Success,
        });
    }

    /// <summary>GET v1/accounts/search: by part of name or domain. Clients read one or the other spelling of the members, so both are there.</summary>
    public async Task<IResult> SearchAsync(HttpContext context)
    {
        var input = await PublishedInput.ReadAsync(context.Request);
        await using var db = database.Read();
        var accounts = Visible(db, context.Actor()).WhereContains(account => account.Name, input.Text("name")).WhereContains(account => account.Domain, input.Text("domain"));
        accounts = input.Text("type")?.ToUpperInvariant() switch
        {
            null => accounts,
            "HOLDING" => accounts.Where(account => account.Type == AccountType.PartnerHolding),
            _ => accounts.Where(account => account.Type != AccountType.PartnerHolding),
        };
        var (total, rows) = await OffsetPage.Of(input).ReadAsync(accounts.OrderBy(account => account.Domain), context.RequestAborted);
        return Published.Answer(new
        {
            totalRecords = total,
            accounts = rows.Select(account => new
            {
                domain = account.Domain,
                name = account.Name,
                id = account.Id,
                type = TypeOf(account.Type),
                status = account.Status.ToString().ToUpperInvariant(),
                accountDomain = account.Domain,
                accountName = account.Name,
                accountType = TypeOf(account.Type),
                accountStatus = account.Status.ToString(),
            }),
            statusMessage = "",
            status = Published.Success,
        });
    }

    /// <summary>GET v2/accounts/search: accounts and virtual accounts with their numbers, as strings of digits.</summary>
    public async Task<IResult> SearchWithNumbersAsync(HttpContext context)
    {
        var input = await PublishedInput.ReadAsync(context.Request);
        await using var db = database.Read();
        var accounts = await Visible(db, context.Actor())
            .WhereContains(account => account.Name, input.Text("name")).WhereContains(account => account.Domain, input.Text("domain", "smart_account_domain"))
            .OrderBy(account => account.Domain).ToListAsync(context.RequestAborted);
        var places = await PlacesAsync(db, context, accounts);
        return Published.Answer(new
        {
            message_code = accounts.Count == 0 ? "NO DATA FOUND" : "",
            accounts = accounts.Select(account => new
            {
                account_id = Published.Digits(account.Id), domain = account.Domain, name = account.Name, virtual_accounts = Numbered(places[account.Id]),
            }),
            message = accounts.Count == 0 ? "No matching record found for given input" : "",
            status = "COMPLETE",
        });
    }

    /// <summary>
    /// POST v2/accounts/search, the "smart recommendation": the accounts of a party in the vendor's customer registry. Among those that the caller
    /// may see, like every list.
    /// </summary>
    public async Task<IResult> SuggestAsync(HttpContext context)
    {
        var input = await PublishedInput.ReadAsync(context.Request);
        if (input.Text("crPartyID") is not { } party)
        {
            return Published.Failure("Missing required input parameters");
        }

        await using var db = database.Read();
        var accounts = await Visible(db, context.Actor()).Where(account => account.PartyId == party).OrderBy(account => account.Domain).ToListAsync(context.RequestAborted);
        return Published.Answer(new
        {
            status = Published.Success,
            totalRows = Published.Digits(accounts.Count),
            smartAccounts = accounts.Select(account => new
            {
                accountDomainIdentifier = account.Domain, accountName = account.Name, status = account.Status.ToString().ToUpperInvariant(),
            }),
        });
    }

    /// <summary>POST upstream_satellites/accounts: the accounts of an on-prem server and where they hang; here each is its own upstream.</summary>
    public async Task<IResult> OnPremAsync(HttpContext context)
    {
        await using var db = database.Read();
        var accounts = await Visible(db, context.Actor()).OrderBy(account => account.Domain).ToListAsync(context.RequestAborted);
        var places = await PlacesAsync(db, context, accounts);
        var address = settings.Http.PublicUrl.Length > 0 ? settings.Http.PublicUrl.TrimEnd('/') : $"{context.Request.Scheme}://{context.Request.Host}";
        return Published.Answer(new
        {
            accounts = accounts.Select(account => new
            {
                account_id = account.Id,
                domain = account.Domain,
                name = account.Name,
                cslu_tenant_url = $"{address}/cslu/v1/pi/{Uri.EscapeDataString(account.Name)}-1",
                cssm_smart_account_id = account.Id,
                cssm_smart_account_name = account.Name,
                cssm_virtual_account_name = places[account.Id].FirstOrDefault(place => place.IsDefault)?.Name,
                virtual_accounts = Numbered(places[account.Id]),
            }),
            statusMessage = "",
            status = Published.Success,
        });
    }

    internal static string TypeOf(AccountType type) => type == AccountType.PartnerHolding ? "HOLDING" : "CUSTOMER";

    private static IQueryable<Account> Visible(PurserContext db, Actor actor)
    {
        if (actor.IsUnlimited || actor.May(Permission.AccountList))
        {
            return db.Accounts;
        }

        var ids = actor.Grants.Select(grant => grant.AccountId).Where(id => actor.May(Permission.AccountView, id)).ToHashSet();
        return db.Accounts.Where(account => ids.Contains(account.Id));
    }

    private static async Task<ILookup<long, VirtualAccount>> PlacesAsync(PurserContext db, HttpContext context, List<Account> accounts)
    {
        var ids = accounts.ConvertAll(account => account.Id);
        var rows = await db.VirtualAccounts.Where(row => ids.Contains(row.AccountId)).OrderBy(row => row.NameKey).ToListAsync(context.RequestAborted);
        return rows.Where(row => context.Actor().May(Permission.VirtualAccountView, row.AccountId, row.Id)).ToLookup(row => row.AccountId);
    }

    private static IEnumerable<object> Numbered(IEnumerable<VirtualAccount> places) =>
        places.Select(place => new { @default = place.IsDefault, name = place.Name, virtual_account_id = Published.Digits(place.Id) });

    private static IEnumerable<Dictionary<string, string>> RolesOf(Actor actor, long accountId, Dictionary<long, string> names) =>
        from grant in actor.Grants
        where grant.AccountId == accountId
        from place in grant.VirtualAccountIds?.Order().Select(id => (long?)id) ?? [null]
        select place is { } id
            ? new Dictionary<string, string> { ["role"] = grant.Role.Display(), ["virtualAccount"] = names.GetValueOrDefault(id, "") }
            : new Dictionary<string, string> { ["role"] = grant.Role.Display() };
}
