using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Licenses;

/// <summary>
/// Change Virtual Account Assignment (LI-09; help ch. 4): a license billed by usage is moved or copied to other virtual accounts. Where the license is
/// already, the newcomer is a duplicate, which is said before it is done (domain rules 2.7).
/// </summary>
public sealed class ChangeAssignment(Database database, WritePath writePath, DayZone zone)
{
    public const string Name = "licenses.change-assignment";

    /// <param name="UsageId">The subscription, as <see cref="Options"/> numbers it.</param>
    /// <param name="VirtualAccounts">Where it is to lie, of those that the person may choose; elsewhere it stays.</param>
    public sealed record Input(long License, long UsageId, IReadOnlyList<long> VirtualAccounts)
    {
        /// <summary>What the warning named: a further virtual account in which it would be a duplicate is refused. Null: no warning was asked for.</summary>
        public IReadOnlyList<long>? Duplicates { get; init; }
    }

    public sealed record Body(IReadOnlyList<long> VirtualAccounts, IReadOnlyList<long>? Duplicates = null);

    /// <param name="IsHere">Lies in the virtual account in question.</param>
    /// <param name="IsEnabled">It is the one that counts here; otherwise a duplicate, or not active.</param>
    public sealed record Subscription(
        long UsageId, string SubscriptionId, SubscriptionState State, bool IsEnabled, bool IsHere, DateOnly? StartsOn, DateOnly? EndsOn, string OrderNumber, string OrderLine,
        IReadOnlyList<long> VirtualAccounts);

    public sealed record Place(long Id, string Name);

    public sealed record Options(IReadOnlyList<Subscription> Subscriptions, IReadOnlyList<Place> Places);

    /// <param name="Duplicates">Where it comes to and another is active already.</param>
    public sealed record Answer(IReadOnlyList<Place> Added, IReadOnlyList<Place> Removed, IReadOnlyList<Place> Duplicates);

    public static void Map(IEndpointRouteBuilder routes)
    {
        const string Address = "/api/v1/accounts/{account}/virtual-accounts/{virtualAccount:long}/licenses/{license:long}/subscriptions";
        routes.MapGet(Address, async (long virtualAccount, long license, ChangeAssignment change, HttpContext context) =>
                TypedResults.Json(await change.OptionsAsync(context.Actor(), context.Account().Id, virtualAccount, license, context.RequestAborted), WritePath.Json))
            .Requires(Permission.LicenseView).Produces<Options>().WithTags("Licenses").WithSummary("List the subscriptions of a license that is billed by usage, and where it could lie");
        routes.MapPut($"{Address}/{{usage:long}}/virtual-accounts", async (long license, long usage, Body body, ChangeAssignment change, HttpContext context) =>
        {
            var input = new Input(license, usage, body.VirtualAccounts ?? []) { Duplicates = body.Duplicates };
            return (await change.HandleAsync(context.Command(Name, input), input, context.RequestAborted)).ToHttp();
        }).Requires(Permission.LicenseTransfer).WithTags("Licenses").WithSummary("Change the virtual accounts in which a subscription's license lies")
            .WithDescription("?dryRun=true says where it would be a duplicate. With duplicates, the numbers it named, a further one is refused.");
    }

    public async Task<Options> OptionsAsync(Actor actor, long account, long virtualAccount, long license, CancellationToken cancellation = default)
    {
        await using var db = database.Read(account);
        if (!actor.May(Permission.LicenseView, account, virtualAccount))
        {
            return new Options([], []);
        }

        var reach = actor.ReachOf(Permission.LicenseView, account);
        var byPlace = await UsageBook.ByPlaceAsync(db, account, license, cancellation);
        var enabled = UsageRules.Enabled(byPlace[virtualAccount], zone);
        var rows =
            from place in byPlace
            where reach.Covers(place.Key)
            from row in place
            group place.Key by row into usage
            orderby usage.Contains(virtualAccount) descending, usage.Key.StartsOn, usage.Key.Id
            select new Subscription(
                usage.Key.Id, usage.Key.SubscriptionId, usage.Key.State, usage.Key.Id == enabled?.Id, usage.Contains(virtualAccount), usage.Key.StartsOn, usage.Key.EndsOn,
                usage.Key.OrderNumber, usage.Key.OrderLine, [.. usage.Order()]);
        return new Options([.. rows], await PlacesAsync(db, actor, account, cancellation));
    }

    public async Task<Verdict<Answer>> HandleAsync(Command command, Input input, CancellationToken cancellation = default) =>
        await writePath.RunAsync<Answer>(command with { Ids = 64 + (2 * input.VirtualAccounts.Count) }, async scope =>
        {
            var account = command.Accounts[0];
            var row = await scope.Db.UsageSubscriptions.FirstOrDefaultAsync(usage => usage.AccountId == account && usage.Id == input.UsageId && usage.EntitlementId == input.License, cancellation);
            var byPlace = await UsageBook.ByPlaceAsync(scope.Db, account, input.License, cancellation);
            var reach = command.Actor.ReachOf(Permission.LicenseView, account);
            List<long> now = [.. byPlace.Where(place => place.Any(usage => usage.Id == input.UsageId)).Select(place => place.Key)];
            if (row is null || (now.Count > 0 && !now.Exists(reach.Covers)))
            {
                return Verdict.Refused(RefusalCode.NotFound, "There is no such subscription of this license that you can see.", "subscription");
            }

            var choosable = (await PlacesAsync(scope.Db, command.Actor, account, cancellation)).ToDictionary(place => place.Id);
            var ticked = input.VirtualAccounts.Distinct().ToList();
            if (UsageRules.Judge(row, ticked, choosable.Keys.ToHashSet()) is { } refusal)
            {
                return refusal;
            }

            var added = ticked.Except(now).ToList();
            var removed = now.Where(choosable.ContainsKey).Except(ticked).ToList();
            var duplicates = added.Where(place => Others(byPlace[place], row) && row.State == SubscriptionState.Active).ToList();
            if (input.Duplicates is { } warned && duplicates.Except(warned).Any())
            {
                return Verdict.Refused(RefusalCode.Stale, $"Since the warning another subscription of this license came to {string.Join(", ", duplicates.Except(warned).Select(place => choosable[place].Name))}. Look again.", "virtualAccounts");
            }

            await new UsageBook(scope, account).AssignAsync(row, added, removed);
            return new Answer(Named(added), Named(removed), Named(duplicates));

            IReadOnlyList<Place> Named(List<long> places) => [.. places.Select(place => choosable[place]).OrderBy(place => place.Name, StringComparer.OrdinalIgnoreCase)];
        }, cancellation);

    private static bool Others(IEnumerable<UsageSubscription> here, UsageSubscription row) => here.Any(other => other.Id != row.Id && other.State == SubscriptionState.Active);

    /// <summary>The virtual accounts in which the person may change licenses.</summary>
    private static async Task<IReadOnlyList<Place>> PlacesAsync(PurserContext db, Actor actor, long account, CancellationToken cancellation)
    {
        var reach = actor.ReachOf(Permission.LicenseTransfer, account);
        var all = await db.VirtualAccounts.Where(place => place.AccountId == account).OrderBy(place => place.Name).Select(place => new Place(place.Id, place.Name)).ToListAsync(cancellation);
        return all.FindAll(place => reach.Covers(place.Id));
    }
}
