using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Settings;
using Purser.Server.Store;

namespace Purser.Server.Licenses;

/// <summary>What narrows the license transactions. All parts must match.</summary>
/// <param name="Text">Words in license, order number, SKU, source or virtual account.</param>
public sealed record TransactionFilter(
    [FromQuery(Name = "va")] long? VirtualAccount = null,
    [FromQuery(Name = "license")] long? License = null,
    [FromQuery(Name = "type")] EntryKind? Type = null,
    [FromQuery(Name = "q")] string? Text = null);

/// <summary>A line of the book as the License Transactions page shows it (RP-04; help ch. 11).</summary>
/// <param name="Count">Negative where units left.</param>
/// <param name="VirtualAccount">Where to, or where from for what left; "A → B" for a transfer.</param>
/// <param name="Removable">Operators only: how many units of this line "Remove Licenses" could take out there; null for customers (domain rules 11.5).</param>
/// <param name="Notes">Operators only.</param>
public sealed record TransactionRow(
    long Seq, DateTimeOffset At, long TransactionId, EntryKind Type, string OrderNumber, string OrderLine, string Sku, long EntitlementId, string License,
    DateOnly? ExpiresOn, long Count, long? FromVirtualAccountId, long? ToVirtualAccountId, string VirtualAccount, string Source, long LineId, string User)
{
    public long? Removable { get; init; }
    public string? Notes { get; init; }
}

/// <summary>The license transactions of an account, newest first: the ledger itself, as far as the reader may see its virtual accounts.</summary>
public sealed class ListTransactions(Database database, PurserSettings settings)
{
    private static readonly Keyset<EntryWithLine> NewestFirst = Keyset.Descending((EntryWithLine row) => row.Seq);

    public async Task<Page<TransactionRow>> HandleAsync(
        Actor actor, long account, TransactionFilter filter, PageRequest request, CancellationToken cancellation = default)
    {
        await using var db = database.Read(account);
        var names = await NamesAsync(db, account, cancellation);
        var page = await Query(db, actor, account, filter).ToPageAsync(NewestFirst, request, cancellation);
        var lines = page.Items.Select(row => row.Line.Id).Distinct().ToList();
        var holdings = actor.May(Permission.LicenseAddRemove)
            ? await db.Holdings.Where(row => row.AccountId == account && lines.Contains(row.LineId)).ToListAsync(cancellation)
            : null;
        return page.Map(row => Row(row, actor, names, holdings));
    }

    /// <summary>All of them, for export.</summary>
    public async IAsyncEnumerable<TransactionRow> AllAsync(Actor actor, long account, TransactionFilter filter)
    {
        await using var db = database.Read(account);
        var names = await NamesAsync(db, account, CancellationToken.None);
        await foreach (var row in NewestFirst.Sort(Query(db, actor, account, filter)).AsAsyncEnumerable())
        {
            yield return Row(row, actor, names, null);
        }
    }

    private static IQueryable<EntryWithLine> Query(PurserContext db, Actor actor, long account, TransactionFilter filter)
    {
        var reach = actor.ReachOf(Permission.TransactionView, account);
        var (isWhole, places) = (reach.IsWhole, reach.VirtualAccountIds.ToList());
        var entries = db.LedgerEntries.Where(entry => entry.AccountId == account && (isWhole
            || (entry.FromKind == EndKind.VirtualAccount && places.Contains(entry.FromId)) || (entry.ToKind == EndKind.VirtualAccount && places.Contains(entry.ToId))));
        if (filter.VirtualAccount is { } place)
        {
            entries = entries.Where(entry => (entry.FromKind == EndKind.VirtualAccount && entry.FromId == place) || (entry.ToKind == EndKind.VirtualAccount && entry.ToId == place));
        }

        if (filter.License is { } wanted)
        {
            entries = entries.Where(entry => entry.EntitlementId == wanted);
        }

        if (filter.Type is { } type)
        {
            entries = entries.Where(entry => entry.Kind == type);
        }

        var rows =
            from entry in entries
            join line in db.LicenseLines on new { entry.AccountId, Id = entry.LineId } equals new { line.AccountId, line.Id }
            join license in db.Entitlements on entry.EntitlementId equals license.Id
            select new EntryWithLine { Seq = entry.Seq, Entry = entry, Line = line, License = license.Name };
        return rows.WhereContains(row => row.License + " " + row.Line.OrderNumber + " " + row.Line.Sku + " " + row.Entry.Reason, filter.Text);
    }

    private TransactionRow Row(EntryWithLine row, Actor actor, Dictionary<long, string> names, List<Holding>? holdings)
    {
        var (entry, line) = (row.Entry, row.Line);
        long? from = entry.FromKind == EndKind.VirtualAccount ? entry.FromId : null;
        long? to = entry.ToKind == EndKind.VirtualAccount ? entry.ToId : null;
        var isOperator = actor.May(Permission.LicenseAddRemove);
        return new TransactionRow(
            entry.Seq, entry.At, entry.TransactionId, entry.Kind, line.OrderNumber, line.OrderLine, line.Sku, entry.EntitlementId, row.License,
            line.EndsOn, to is null ? -entry.Quantity : entry.Quantity, from, to,
            string.Join(" → ", new[] { from, to }.Where(id => id is not null).Select(id => names.GetValueOrDefault(id!.Value, ""))),
            entry.Reason, line.Id,

            // Customers read the vendor's support instead of the member of staff (domain rules 11.3).
            entry.ActorIsStaff && !actor.IsStaff ? settings.Vendor.SupportName : entry.ActorName)
        {
            Notes = isOperator ? entry.Notes : null,
            Removable = isOperator && holdings is not null && to is not null && entry.Kind == EntryKind.Deposit
                ? holdings.Find(holding => holding.LineId == line.Id && holding.VirtualAccountId == to)?.Free ?? 0
                : null,
        };
    }

    private static Task<Dictionary<long, string>> NamesAsync(PurserContext db, long account, CancellationToken cancellation) =>
        db.VirtualAccounts.Where(row => row.AccountId == account).ToDictionaryAsync(row => row.Id, row => row.Name, cancellation);

    /// <summary>An entry beside its line and the name of its license.</summary>
    private sealed class EntryWithLine
    {
        public required long Seq { get; init; }
        public required LedgerEntry Entry { get; init; }
        public required LicenseLine Line { get; init; }
        public required string License { get; init; }
    }
}
