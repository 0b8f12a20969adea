using Microsoft.EntityFrameworkCore;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Accounts;

/// <summary>Mergers and splits, newest first, for the operator.</summary>
public sealed class ListMergers(Database database, DomainClock clock)
{
    private static readonly Keyset<AccountMerger> NewestFirst = Keyset.Descending((AccountMerger row) => row.Id);

    public sealed record Item(
        long Id, MergerKind Kind, MergerState State, string From, string Into, int VirtualAccounts, long Licenses, int Devices, DateTimeOffset MadeAt, string MadeBy)
    {
        public bool IntoIsNew { get; init; }
        public string Note { get; init; } = "";
        public DateTimeOffset UndoUntil { get; init; }
        public DateTimeOffset? EndedAt { get; init; }
        public string EndedBy { get; init; } = "";

        /// <summary>Provisional, and its time has not passed.</summary>
        public bool CanUndo { get; init; }
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/operator/mergers", async ([AsParameters] PageRequest page, ListMergers list, HttpContext context) =>
                TypedResults.Ok(await list.HandleAsync(page, context.RequestAborted)))
            .Requires(Permission.AccountList)
            .WithSummary("List mergers and splits of Smart Accounts, newest first")
            .WithTags("Operator: mergers and splits");
    }

    public async Task<Page<Item>> HandleAsync(PageRequest page, CancellationToken cancellation = default)
    {
        await using var db = database.Read();
        var rows = await db.AccountMergers.ToPageAsync(NewestFirst, page, cancellation);
        var domains = await DomainsAsync(db, rows.Items, cancellation);
        return rows.Map(row => Describe(row, domains));
    }

    public async Task<Item?> FindAsync(long id, CancellationToken cancellation = default)
    {
        await using var db = database.Read();
        return await db.AccountMergers.FirstOrDefaultAsync(row => row.Id == id, cancellation) is { } row
            ? Describe(row, await DomainsAsync(db, [row], cancellation))
            : null;
    }

    /// <summary>Where an account went, if it was merged away.</summary>
    public async Task<string?> SuccessorAsync(long account, CancellationToken cancellation = default)
    {
        await using var db = database.Read();
        return await db.AccountMergers.Where(row => row.FromAccountId == account && row.Kind == MergerKind.Merge && row.State != MergerState.Undone)
            .Join(db.Accounts, row => row.IntoAccountId, other => other.Id, (_, other) => other.Domain).FirstOrDefaultAsync(cancellation);
    }

    private static Task<Dictionary<long, string>> DomainsAsync(PurserContext db, IReadOnlyList<AccountMerger> rows, CancellationToken cancellation)
    {
        var ids = rows.SelectMany(row => new[] { row.FromAccountId, row.IntoAccountId }).ToHashSet();
        return db.Accounts.Where(row => ids.Contains(row.Id)).ToDictionaryAsync(row => row.Id, row => row.Domain, cancellation);
    }

    private Item Describe(AccountMerger row, Dictionary<long, string> domains) => new(
        row.Id, row.Kind, row.State, domains[row.FromAccountId], domains[row.IntoAccountId], row.VirtualAccounts, row.Licenses, row.Devices, row.MadeAt, row.MadeBy)
    {
        IntoIsNew = row.IntoIsNew,
        Note = row.Note,
        UndoUntil = row.UndoUntil,
        EndedAt = row.EndedAt,
        EndedBy = row.EndedBy,
        CanUndo = row.State == MergerState.Provisional && row.UndoUntil > clock.Now,
    };
}
