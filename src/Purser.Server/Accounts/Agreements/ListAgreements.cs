using Microsoft.EntityFrameworkCore;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Accounts;

/// <summary>The published versions of the agreement, newest first, with the number of accounts that have accepted each as their newest.</summary>
public sealed class ListAgreements(Database database)
{
    private static readonly Keyset<Item> NewestFirst = Keyset.Descending((Item item) => item.Version);

    public sealed record Item
    {
        public int Version { get; init; }
        public required string Title { get; init; }
        public DateTimeOffset PublishedAt { get; init; }
        public int Accounts { get; init; }
    }

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/api/v1/operator/agreements", async ([AsParameters] PageRequest page, ListAgreements list, HttpContext context) =>
            TypedResults.Ok(await list.HandleAsync(page, context.RequestAborted)))
        .Requires(Permission.AccountList)
            .WithSummary("List the versions of the license agreement, newest first")
        .WithTags("Operator: accounts");

    /// <summary>The version that is to be accepted, with its text; null before the first.</summary>
    public async Task<Agreement?> NewestAsync(CancellationToken cancellation = default)
    {
        await using var db = database.Read();
        return await db.Agreements.OrderByDescending(row => row.Version).FirstOrDefaultAsync(cancellation);
    }

    public async Task<Page<Item>> HandleAsync(PageRequest page, CancellationToken cancellation = default)
    {
        await using var db = database.Read();
        return await db.Agreements
            .Select(row => new Item
            {
                Version = row.Version,
                Title = row.Title,
                PublishedAt = row.PublishedAt,
                Accounts = db.Accounts.Count(account => account.AgreementVersion == row.Version),
            })
            .ToPageAsync(NewestFirst, page, cancellation);
    }
}
