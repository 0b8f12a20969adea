using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Licenses;

/// <summary>
/// Licenses change their virtual account, at summary level: to or from, one or many, all rows or none (LI-05). Decided under the account's lock
/// on the figures of that moment; a preview is a read of the same decision and carries a fingerprint of the figures it was made of.
/// </summary>
public sealed class TransferLicenses(Database database, WritePath writePath, CatalogCache catalogs)
{
    public const string Name = "licenses.transfer";

    /// <param name="Fingerprint">Of the preview that was shown; null where none was.</param>
    public sealed record Input(long FromVirtualAccountId, long ToVirtualAccountId, IReadOnlyList<Row> Rows)
    {
        public TransferOrder Order { get; init; }
        public string? Fingerprint { get; init; }

        /// <summary>The tags go along, made over there where they are missing; otherwise what goes entirely loses them (LI-15; help ch. 4).</summary>
        public bool TagsTravel { get; init; }
    }

    /// <param name="License">Entitlement number, tag or name.</param>
    /// <param name="Term">"Perpetual" or an end date as yyyy-MM-dd; null to let the order of terms decide.</param>
    public sealed record Row(string License, long Quantity, string? Term = null)
    {
        /// <summary>Only licenses of this type.</summary>
        public LicenseType? Type { get; init; }

        /// <summary>Only licenses of this subscription.</summary>
        public string? SubscriptionId { get; init; }

        /// <summary>Only licenses whose term starts on this day.</summary>
        public DateOnly? StartsOn { get; init; }

        /// <summary>Only this license transaction.</summary>
        public long? LineId { get; init; }
    }

    /// <param name="PreviewWasStale">The figures had changed since the preview; the transfer still fitted.</param>
    public sealed record Answer(long TransactionId, bool PreviewWasStale, IReadOnlyList<TransferEffect> Licenses);

    public sealed record Preview(string Fingerprint, IReadOnlyList<TransferEffect> Licenses);

    /// <summary>What would happen, with both sides before and after (domain rules 4.5).</summary>
    public async Task<Verdict<Preview>> PreviewAsync(Actor actor, long account, Input input, CancellationToken cancellation = default)
    {
        var catalog = await catalogs.CurrentAsync(cancellation);
        if (Demands(input, catalog, out var demands) is { } unknown)
        {
            return unknown;
        }

        await using var db = database.Read(account);
        var loaded = await TransferTable.LoadAsync(db, actor, account, input, catalog, cancellation);
        return loaded.Refusal is { } refusal
            ? refusal
            : TransferRules.Decide(demands, loaded.Value.Stocks, input.Order).Map(moves => new Preview(loaded.Value.Fingerprint, loaded.Value.EffectsOf(moves)));
    }

    public async Task<Verdict<Answer>> HandleAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        var catalog = await catalogs.CurrentAsync(cancellation);
        if (Demands(input, catalog, out var demands) is { } unknown)
        {
            return unknown;
        }

        return await writePath.RunAsync<Answer>(command, async scope =>
        {
            var account = command.Accounts[0];
            var loaded = await TransferTable.LoadAsync(scope.Db, command.Actor, account, input, catalog, cancellation);
            if (loaded.Refusal is { } refusal)
            {
                return refusal;
            }

            var table = loaded.Value;
            var isStale = input.Fingerprint is not null && input.Fingerprint != table.Fingerprint;
            var decided = TransferRules.Decide(demands, table.Stocks, input.Order);
            if (!decided.IsOk)
            {
                return isStale && decided.Refusal!.Code == RefusalCode.NotEnoughAvailable
                    ? decided.Refusal with { Code = RefusalCode.Stale, Detail = $"The figures changed since the preview. {decided.Refusal.Detail}" }
                    : decided.Refusal!;
            }

            var effects = table.EffectsOf(decided.Value);
            var transaction = scope.NextId(IdKind.Transaction);
            foreach (var move in decided.Value)
            {
                await scope.Ledger(account).MoveAsync(move.From.Line, move.From.Holding, input.ToVirtualAccountId, move.Quantity, transaction);
            }

            foreach (var effect in effects)
            {
                await scope.Ledger(account).TransferredAsync(effect.EntitlementId, input.FromVirtualAccountId, input.ToVirtualAccountId, effect.Quantity);
            }

            scope.Db.LicenseTransfers.Add(new LicenseTransfer
            {
                AccountId = account, TransactionId = transaction, FromVirtualAccountId = input.FromVirtualAccountId, ToVirtualAccountId = input.ToVirtualAccountId, At = scope.Now,
                TagsTravelled = input.TagsTravel,
            });
            await MoveTagsAsync(scope, account, (input.FromVirtualAccountId, input.ToVirtualAccountId), table, decided.Value, input.TagsTravel, cancellation);
            return new Answer(transaction, isStale, effects);
        }, cancellation);
    }

    /// <summary>After the moves: what left entirely loses its tags, or takes them along.</summary>
    internal static Task MoveTagsAsync(
        WriteScope scope, long account, (long From, long To) places, TransferTable table, IReadOnlyList<TransferMove> moves, bool travel,
        CancellationToken cancellation) => LicenseTagBook.TransferredAsync(
        scope, account, places,
        [.. moves.Select(move => move.From.Line).Distinct()],
        goneLines: [.. moves.Where(move => move.From.Holding.Held == 0).Select(move => move.From.Line.Id)],
        goneLicenses: [.. table.Stocks.Values.Where(stock => stock.Lines.All(line => line.Holding.Held == 0)).Select(stock => stock.License.Id)],
        travel, cancellation);

    private static Refusal? Demands(Input input, CatalogSnapshot catalog, out List<TransferDemand> demands)
    {
        demands = [];
        for (var index = 0; index < input.Rows.Count; index++)
        {
            var row = input.Rows[index];
            if (TransferTable.Find(catalog, row.License) is not { } entitlement)
            {
                return Verdict.Refused(RefusalCode.UnknownEntitlement, $"There is no license '{row.License}'.", $"rows[{index}].license");
            }

            demands.Add(new TransferDemand(entitlement.Id, row.Quantity, TextOrNull(row.Term))
            {
                Type = row.Type, SubscriptionId = TextOrNull(row.SubscriptionId), StartsOn = row.StartsOn, LineId = row.LineId,
            });
        }

        return null;
    }

    private static string? TextOrNull(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
