using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Settings;
using Purser.Server.Store;

namespace Purser.Server.Licenses;

/// <summary>
/// A transfer is taken back by a reversing transaction under the same rules as any transfer: limited to what is available over there now. Where
/// that is less, it is refused and says how many can go back; a part is taken back when the caller asks for it (domain rules 4.8).
/// </summary>
public sealed class UndoTransfer(Database database, WritePath writePath, CatalogCache catalogs, DomainClock clock, PurserSettings settings)
{
    public const string Name = "licenses.undo-transfer";

    public sealed record Input(long TransactionId)
    {
        /// <summary>How many to take back; null for all of them. What a preview offered is taken back exactly, or refused.</summary>
        public long? Quantity { get; init; }
    }

    public sealed record Body(long? Quantity = null);

    /// <param name="Moved">Units that the transfer moved.</param>
    /// <param name="Possible">Of these, how many can go back now.</param>
    public sealed record Preview(long FromVirtualAccountId, long ToVirtualAccountId, long Moved, long Possible, IReadOnlyList<TransferEffect> Licenses)
    {
        /// <summary>The tags came along, and go back along.</summary>
        public bool TagsTravel { get; init; }
    }

    /// <param name="TransactionId">Of the undoing.</param>
    public sealed record Answer(long TransactionId, long Moved, long Returned, IReadOnlyList<TransferEffect> Licenses);

    private sealed record Loaded(LicenseTransfer Transfer, IReadOnlyList<LedgerEntry> Entries, TransferTable Table)
    {
        public long Moved => Entries.Sum(entry => entry.Quantity);

        public IReadOnlyList<TransferDemand> Possible(long most = long.MaxValue) =>
            UndoRules.Possible([.. Entries.Select(entry => (entry.EntitlementId, entry.LineId, entry.Quantity))], Table.Stocks, most);
    }

    private TimeSpan Window => TimeSpan.FromHours(settings.Licenses.UndoHours);

    public static void Map(IEndpointRouteBuilder routes)
    {
        const string Address = "/api/v1/accounts/{account}/transactions/{transaction:long}/undo";
        routes.MapGet(Address, async (long transaction, UndoTransfer undo, HttpContext context) =>
                (await undo.PreviewAsync(context.Actor(), context.Account().Id, transaction, context.RequestAborted)).ToHttp())
            .Requires(Permission.LicenseTransfer).WithTags("Licenses").WithSummary("Show what undoing a transfer would do, and how much of it is possible");
        routes.MapPost(Address, async (long transaction, Body body, UndoTransfer undo, HttpContext context) =>
        {
            var input = new Input(transaction) { Quantity = body.Quantity };
            return (await undo.HandleAsync(context.Command(Name, input), input, context.RequestAborted)).ToHttp();
        }).Requires(Permission.LicenseTransfer).WithTags("Licenses").WithSummary("Undo a transfer of licenses")
            .WithDescription("Refused where not all of it is available any more; quantity takes back a part, as far as the preview says it is possible. Once only.");
    }

    /// <summary>May this be offered? For lists: no refusal yet is no promise.</summary>
    public bool IsRecent(DateTimeOffset at) => Window > TimeSpan.Zero && at + Window >= clock.Now;

    public async Task<Verdict<Preview>> PreviewAsync(Actor actor, long account, long transaction, CancellationToken cancellation = default)
    {
        await using var db = database.Read(account);
        var loaded = await LoadAsync(db, actor, account, transaction, clock.Now, cancellation);
        return loaded.Map(found =>
        {
            var possible = found.Possible();
            var moves = possible.Count == 0 ? [] : TransferRules.Decide(possible, found.Table.Stocks, TransferOrder.LongestTermFirst).Value;
            return new Preview(
                found.Transfer.FromVirtualAccountId, found.Transfer.ToVirtualAccountId, found.Moved, possible.Sum(demand => demand.Quantity), found.Table.EffectsOf(moves))
            {
                TagsTravel = found.Transfer.TagsTravelled,
            };
        });
    }

    public async Task<Verdict<Answer>> HandleAsync(Command command, Input input, CancellationToken cancellation = default) =>
        await writePath.RunAsync<Answer>(command, async scope =>
        {
            var account = command.Accounts[0];
            var loaded = await LoadAsync(scope.Db, command.Actor, account, input.TransactionId, scope.Now, cancellation);
            if (!loaded.IsOk)
            {
                return loaded.Refusal!;
            }

            var (transfer, table, moved) = (loaded.Value.Transfer, loaded.Value.Table, loaded.Value.Moved);
            var wanted = input.Quantity ?? moved;
            if (wanted < 1 || wanted > moved)
            {
                return Verdict.Refused(RefusalCode.InvalidInput, $"This transfer moved {moved} licenses: 1 to {moved} of them can be taken back.", "quantity");
            }

            var possible = loaded.Value.Possible(wanted);
            var returned = possible.Sum(demand => demand.Quantity);
            if (returned < wanted)
            {
                return NotAll(moved, returned);
            }

            var decided = TransferRules.Decide(possible, table.Stocks, TransferOrder.LongestTermFirst);
            if (!decided.IsOk)
            {
                return decided.Refusal!;
            }

            var effects = table.EffectsOf(decided.Value);
            transfer.UndoneBy = scope.NextId(IdKind.Transaction);
            foreach (var move in decided.Value)
            {
                await scope.Ledger(account).MoveAsync(
                    move.From.Line, move.From.Holding, transfer.FromVirtualAccountId, move.Quantity, transfer.UndoneBy.Value, EntryKind.Undo);
            }

            foreach (var effect in effects)
            {
                await scope.Ledger(account).TransferredAsync(effect.EntitlementId, transfer.ToVirtualAccountId, transfer.FromVirtualAccountId, effect.Quantity);
            }

            await TransferLicenses.MoveTagsAsync(
                scope, account, (transfer.ToVirtualAccountId, transfer.FromVirtualAccountId), table, decided.Value, transfer.TagsTravelled, cancellation);
            return new Answer(transfer.UndoneBy.Value, moved, returned, effects);
        }, cancellation);

    private async Task<Verdict<Loaded>> LoadAsync(
        PurserContext db, Actor actor, long account, long transaction, DateTimeOffset now, CancellationToken cancellation)
    {
        if (await db.LicenseTransfers.FirstOrDefaultAsync(row => row.AccountId == account && row.TransactionId == transaction, cancellation) is not { } transfer
            || !actor.May(Permission.LicenseView, account, transfer.FromVirtualAccountId))
        {
            return Verdict.Refused(RefusalCode.NotFound, "There is no transfer of licenses with this number. Only transfers can be undone, not what undid one: transfer the licenses instead.");
        }

        if (UndoRules.Judge(transfer, now, Window) is { } refusal)
        {
            return refusal;
        }

        var entries = await db.LedgerEntries
            .Where(entry => entry.AccountId == account && entry.TransactionId == transaction && entry.Kind == EntryKind.Transfer).OrderBy(entry => entry.Seq).ToListAsync(cancellation);

        // The way back is a transfer like any other, with the rights on both sides.
        var back = new TransferLicenses.Input(
            transfer.ToVirtualAccountId, transfer.FromVirtualAccountId,
            [.. entries.Select(entry => new TransferLicenses.Row(entry.EntitlementId.ToString(CultureInfo.InvariantCulture), entry.Quantity) { LineId = entry.LineId })]);
        var table = await TransferTable.LoadAsync(db, actor, account, back, await catalogs.CurrentAsync(cancellation), cancellation);
        return table.Map(found => new Loaded(transfer, entries, found));
    }

    private static Refusal NotAll(long moved, long possible) => Verdict.Refused(
        RefusalCode.NotEnoughAvailable,
        possible == 0
            ? string.Create(CultureInfo.InvariantCulture, $"None of the {moved} licenses can go back: they are in use or reserved where they are now, or have left it.")
            : string.Create(CultureInfo.InvariantCulture, $"{possible} of the {moved} licenses can go back: the others are in use or reserved where they are now, or have left it. You can take back that part."));
}
