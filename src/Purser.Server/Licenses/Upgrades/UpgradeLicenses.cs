using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Settings;
using Purser.Server.Store;

namespace Purser.Server.Licenses;

/// <summary>
/// Pending upgrade licenses become usable by naming the licenses that they replace (LI-08; help ch. 4; domain rules 6). Decided anew on Submit under
/// the account's lock: nothing half done.
/// </summary>
public sealed class UpgradeLicenses(Database database, WritePath writePath, CatalogCache catalogs, DomainClock clock, PurserSettings settings)
{
    public const string Name = "licenses.upgrade";

    /// <param name="Sku">The upgrade SKU.</param>
    /// <param name="Replaces">The license that is replaced, by its name.</param>
    public sealed record Input(UpgradePlace Place, string Sku, string Replaces, long Quantity)
    {
        /// <summary>Of the review that was shown; null where none was.</summary>
        public string? Fingerprint { get; init; }
    }

    public sealed record Body(string Sku, string Replaces, long Quantity, long? ToVirtualAccountId = null, string? Fingerprint = null);

    /// <summary>What an upgrade does to a row of the license table.</summary>
    public sealed record Effect(
        long VirtualAccountId, string License, long PurchasedBefore, long PendingBefore, long BalanceBefore, long PurchasedAfter, long PendingAfter, long BalanceAfter);

    /// <param name="Shortage">Licenses that will be missing of what is replaced: devices in use ask for the new ones only afterwards (domain rules 6.3).</param>
    public sealed record Review(UpgradeOption Option, long Quantity, long Replaced, long Shortage, IReadOnlyList<Effect> Effects);

    public sealed record Answer(long TransactionId, long Upgraded, long Replaced, IReadOnlyList<Effect> Effects);

    public static void Map(IEndpointRouteBuilder routes)
    {
        const string Address = "/api/v1/accounts/{account}/virtual-accounts/{virtualAccount:long}/licenses/{license:long}/upgrade";
        routes.MapGet(Address, async (long virtualAccount, long license, long? to, UpgradeLicenses upgrade, HttpContext context) =>
                (await upgrade.OptionsAsync(context.Actor(), context.Account().Id, new UpgradePlace(virtualAccount, license, to), context.RequestAborted)).ToHttp())
            .Requires(Permission.LicenseTransfer).WithTags("Licenses").WithSummary("List the ways in which the pending upgrades of a license can be completed")
            .WithDescription("?to= names the virtual account whose licenses are to be replaced.");
        routes.MapPost(Address, async (long virtualAccount, long license, Body body, UpgradeLicenses upgrade, HttpContext context) =>
        {
            var input = new Input(new UpgradePlace(virtualAccount, license, body.ToVirtualAccountId), body.Sku, body.Replaces, body.Quantity) { Fingerprint = body.Fingerprint };
            return (await upgrade.HandleAsync(context.Command(Name, input), input, context.RequestAborted)).ToHttp();
        }).Requires(Permission.LicenseTransfer).WithTags("Licenses").WithSummary("Complete pending upgrades of a license by replacing other licenses");
    }

    public async Task<Verdict<IReadOnlyList<UpgradeOption>>> OptionsAsync(Actor actor, long account, UpgradePlace place, CancellationToken cancellation = default)
    {
        await using var db = database.Read(account);
        return (await LoadAsync(db, actor, account, place, clock.Now, cancellation)).Map(table => table.Options);
    }

    /// <summary>Step 2: what it would do.</summary>
    public async Task<Verdict<Review>> ReviewAsync(Actor actor, long account, Input input, CancellationToken cancellation = default)
    {
        await using var db = database.Read(account);
        var loaded = await LoadAsync(db, actor, account, input.Place, clock.Now, cancellation);
        return loaded.Refusal is { } refusal ? refusal : Decide(loaded.Value, input);
    }

    public async Task<Verdict<Answer>> HandleAsync(Command command, Input input, CancellationToken cancellation = default) =>
        await writePath.RunAsync<Answer>(command, async scope =>
        {
            var account = command.Accounts[0];
            var loaded = await LoadAsync(scope.Db, command.Actor, account, input.Place, scope.Now, cancellation);
            if (loaded.Refusal is { } refusal)
            {
                return refusal;
            }

            var decided = Decide(loaded.Value, input);
            if (!decided.IsOk)
            {
                return decided.Refusal!;
            }

            var (option, table, review) = (decided.Value.Option, loaded.Value, decided.Value);
            var pending = UpgradeRules.Take(table.PendingOf(option), input.Quantity);
            var replaced = UpgradeRules.Take(table.ReplacedBy(option), review.Replaced, pending[0].From.Line.LicenseType);
            var transaction = scope.NextId(IdKind.Transaction);
            await scope.Ledger(account).UpgradeAsync(pending, replaced, input.Place.Target, transaction);
            return new Answer(transaction, input.Quantity, review.Replaced, review.Effects);
        }, cancellation);

    private static Verdict<Review> Decide(UpgradeTable table, Input input)
    {
        if (table.Options.FirstOrDefault(option => option.Is(input.Sku, input.Replaces)) is not { } option)
        {
            // What was reviewed has gone since; otherwise it never was there.
            return input.Fingerprint is not null
                ? Verdict.Refused(RefusalCode.Stale, UpgradeRules.HasChanged)
                : Verdict.Refused(RefusalCode.NotFound, $"No pending upgrade of {input.Sku} replaces {input.Replaces} here. The list of options shows what is possible.", "replaces");
        }

        if (UpgradeRules.Judge(option, input.Quantity, input.Fingerprint) is { } refusal)
        {
            return refusal;
        }

        var replaced = checked(input.Quantity * option.Ratio);
        return new Review(option, input.Quantity, replaced, ShortageOf(table.PoolOf(input.Place.Target, option.ReplacesEntitlementId), replaced), EffectsOf(table, option, input, replaced));
    }

    private static long ShortageOf(Pool pool, long replaced) => Math.Max(0, -pool.BalanceAfter(-replaced)) - pool.Shortage;

    private static IReadOnlyList<Effect> EffectsOf(UpgradeTable table, UpgradeOption option, Input input, long replaced)
    {
        var (here, target) = (input.Place.VirtualAccountId, input.Place.Target);
        var pendingPlace = table.PendingOf(option).First().Holding.VirtualAccountId;
        return
        [
            Of(table.PoolOf(target, option.ReplacesEntitlementId), option.Replaces, -replaced, 0),
            Of(table.PoolOf(target, option.EntitlementId), option.License, input.Quantity, pendingPlace == target ? -input.Quantity : 0),
            .. here == target || pendingPlace == target ? (Effect[])[] : [Of(table.PoolOf(here, option.EntitlementId), option.License, 0, -input.Quantity)],
        ];

        static Effect Of(Pool pool, string license, long purchased, long pending) => new(
            pool.VirtualAccountId, license, pool.Purchased, pool.Pending, pool.Balance, pool.Purchased + purchased, pool.Pending + pending, pool.BalanceAfter(purchased));
    }

    private async Task<Verdict<UpgradeTable>> LoadAsync(PurserContext db, Actor actor, long account, UpgradePlace place, DateTimeOffset now, CancellationToken cancellation) =>
        await UpgradeTable.LoadAsync(db, actor, account, place, await catalogs.CurrentAsync(cancellation), settings.Upgrades, now, cancellation);
}
