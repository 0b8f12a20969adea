using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Accounts;

/// <summary>All Smart Accounts, for the operator.</summary>
public sealed class ListAccounts(Database database)
{
    private static readonly Keyset<Account> ByDomain = Keyset.Ascending((Account row) => row.Domain);

    public sealed record Item(
        long Id, string Domain, string Name, AccountType Type, AccountStatus Status, bool ExportPermitted, string PartyId, int? AgreementVersion, DateTimeOffset CreatedAt);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/api/v1/operator/accounts", async (string? search, [AsParameters] PageRequest page, ListAccounts list, HttpContext context) =>
            TypedResults.Ok(await list.HandleAsync(search, page, context.RequestAborted)))
        .Requires(Permission.AccountList)
            .WithSummary("List all Smart Accounts of the installation")
        .WithTags("Operator: accounts");

    public async Task<Page<Item>> HandleAsync(string? search, PageRequest page, CancellationToken cancellation = default)
    {
        await using var db = database.Read();
        var rows = await db.Accounts.WhereContains(row => row.Domain + " " + row.Name, search).ToPageAsync(ByDomain, page, cancellation);
        return rows.Map(row => new Item(
            row.Id, row.Domain, row.Name, row.Type, row.Status, row.ExportPermitted, row.PartyId, row.AgreementVersion, row.CreatedAt));
    }
}
