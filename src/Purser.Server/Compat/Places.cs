using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Compat;

/// <summary>Virtual accounts by name, as the published API names them.</summary>
internal sealed class Places(Database database)
{
    /// <summary>The virtual account that the address names, if the caller has the right in it.</summary>
    public Task<Verdict<VirtualAccount>> OfRouteAsync(HttpContext context, Permission permission) =>
        FindAsync(context, permission, RouteText(context, "place") ?? context.Request.Query["virtualAccountName"].ToString());

    public async Task<Verdict<VirtualAccount>> FindAsync(HttpContext context, Permission permission, string name)
    {
        var account = context.Account().Id;
        await using var db = database.Read(account);
        var key = name.Trim().ToUpperInvariant();
        var row = await db.VirtualAccounts.FirstOrDefaultAsync(row => row.AccountId == account && row.NameKey == key, context.RequestAborted);
        return row is null || !context.Actor().May(Permission.VirtualAccountView, account, row.Id)
            ? Verdict.Refused(RefusalCode.NotFound, $"Virtual Account ‘{name}’ does not exist.")
            : context.Actor().May(permission, account, row.Id)
                ? row
                : Verdict.Refused(RefusalCode.NotAllowed, $"You are not authorized in Virtual Account ‘{name}’.");
    }

    /// <summary>The virtual accounts that are named; none named means all that the caller may see (API reference 3.0). Unknown names find nothing.</summary>
    public async Task<IReadOnlyDictionary<long, string>> ChosenAsync(HttpContext context, Permission permission, IReadOnlyList<string> names)
    {
        var account = context.Account().Id;
        var reach = context.Actor().ReachOf(permission, account);
        var keys = names.Select(name => name.ToUpperInvariant()).ToHashSet(StringComparer.Ordinal);
        await using var db = database.Read(account);
        var rows = await db.VirtualAccounts.Where(row => row.AccountId == account).OrderBy(row => row.NameKey).ToListAsync(context.RequestAborted);
        return rows.Where(row => reach.Covers(row.Id) && (keys.Count == 0 || keys.Contains(row.NameKey))).ToDictionary(row => row.Id, row => row.Name);
    }

    // An encoded slash stays encoded in a path.
    private static string? RouteText(HttpContext context, string name) =>
        (context.GetRouteValue(name) as string)?.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
}
