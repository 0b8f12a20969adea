using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.Licenses;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Alerts.Thresholds;

/// <summary>Sets, changes or removes the threshold of a license in a virtual account (AL-04). The alert follows at once from the present figures.</summary>
public sealed class SetLicenseThreshold(WritePath writePath, Database database)
{
    public const string Name = "licenses.set-threshold";

    private const string Address = "/api/v1/accounts/{account}/virtual-accounts/{virtualAccount:long}/licenses/{license:long}/threshold";

    public sealed record Input(long VirtualAccountId, long EntitlementId, LicenseThreshold Threshold);

    public sealed record SetThreshold(long VirtualAccountId, long EntitlementId, string License, LicenseThreshold Threshold);

    public sealed record Answer(IReadOnlyList<SetThreshold> Items);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/accounts/{account}/license-thresholds", async (SetLicenseThreshold thresholds, HttpContext context) =>
                TypedResults.Ok(new Answer(await thresholds.ListAsync(context.Actor(), context.Account().Id, context.RequestAborted))))
            .Requires(Permission.LicenseView).WithTags("Alerts").WithSummary("List the thresholds that are set, in the virtual accounts that you see");
        routes.MapGet(Address, async (long virtualAccount, long license, SetLicenseThreshold thresholds, HttpContext context) =>
                TypedResults.Ok(await thresholds.FindAsync(context.Account().Id, virtualAccount, license, context.RequestAborted)))
            .Requires(Permission.LicenseView).WithTags("Alerts").WithSummary("Show the threshold of a license; without values there is none");
        routes.MapPut(Address, async (long virtualAccount, long license, LicenseThreshold body, SetLicenseThreshold thresholds, HttpContext context) =>
            {
                var input = new Input(virtualAccount, license, body);
                return (await thresholds.HandleAsync(context.Command(Name, input), input, context.RequestAborted)).ToHttp();
            })
            .Requires(Permission.AlertAct).WithTags("Alerts").WithSummary("Raise an alert when a license is used up to a percentage, or when few are left; without values never");
    }

    /// <summary>People set them one by one, so the list is whole.</summary>
    public async Task<IReadOnlyList<SetThreshold>> ListAsync(Actor actor, long account, CancellationToken cancellation = default)
    {
        var reach = actor.ReachOf(Permission.LicenseView, account);
        await using var db = database.Read(account);
        var pools = await (
            from pool in db.Pools
            join license in db.Entitlements on pool.EntitlementId equals license.Id
            where pool.AccountId == account && pool.Billing == Billing.Prepaid && (pool.WarnAtPercent != null || pool.WarnBelow != null)
            orderby pool.VirtualAccountId, license.Name
            select new { Pool = pool, License = license.Name }).ToListAsync(cancellation);
        return [.. pools.Where(row => reach.Covers(row.Pool.VirtualAccountId)).Select(row => new SetThreshold(row.Pool.VirtualAccountId, row.Pool.EntitlementId, row.License, ThresholdRules.Of(row.Pool)))];
    }

    public async Task<LicenseThreshold> FindAsync(long account, long virtualAccount, long license, CancellationToken cancellation = default)
    {
        await using var db = database.Read(account);
        return await db.Pools.FirstOrDefaultAsync(Pool(account, virtualAccount, license), cancellation) is { } pool ? ThresholdRules.Of(pool) : LicenseThreshold.None;
    }

    public async Task<Verdict<LicenseThreshold>> HandleAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        if (ThresholdRules.Judge(input.Threshold) is { } wrong)
        {
            return wrong;
        }

        var account = command.Accounts[0];
        return await writePath.RunAsync<LicenseThreshold>(command, async scope =>
        {
            if (!await scope.Db.Pools.AnyAsync(Pool(account, input.VirtualAccountId, input.EntitlementId), cancellation))
            {
                return Verdict.Refused(RefusalCode.NotFound, "This license neither lies in this virtual account nor is used there, so there is nothing to watch.");
            }

            // The settlement raises the alert anew where the changed threshold is reached too.
            var key = new PoolKey(input.VirtualAccountId, input.EntitlementId);
            var pool = await scope.Ledger(account).PoolAsync(key);
            (pool.WarnAtPercent, pool.WarnBelow, pool.ThresholdSince) = (input.Threshold.Percent, input.Threshold.FewerThan, null);
            await scope.Alerts(account).ClearAsync(AlertSubjects.Threshold(key));
            return input.Threshold;
        }, cancellation);
    }

    private static System.Linq.Expressions.Expression<Func<Pool, bool>> Pool(long account, long virtualAccount, long license) => pool =>
        pool.AccountId == account && pool.VirtualAccountId == virtualAccount && pool.EntitlementId == license && pool.Billing == Billing.Prepaid;
}
