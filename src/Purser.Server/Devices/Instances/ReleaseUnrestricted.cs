using Microsoft.EntityFrameworkCore;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.Licenses;
using Purser.Server.People;

namespace Purser.Server.Devices.Instances;

/// <summary>
/// "Restricted Licenses in Use" (help ch. 6): a product instance that holds restricted licenses cannot be removed, but its other licenses can be
/// released for others; the instance stays (domain rules 7.6). What it still needs it asks for again at its next contact.
/// </summary>
public sealed class ReleaseUnrestricted(WritePath writePath, CatalogCache catalogs)
{
    public const string Name = "devices.release-unrestricted";

    public sealed record Input(long VirtualAccountId, long DeviceId);

    /// <param name="Effects">What it does to the pools.</param>
    public sealed record Answer(IReadOnlyList<PoolEffect> Effects);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/{device:long}/release-unrestricted", async (long virtualAccount, long device, ReleaseUnrestricted release, HttpContext context) =>
        {
            var input = new Input(virtualAccount, device);
            return (await release.HandleAsync(context.Command(Name, input), input, context.RequestAborted)).ToHttp();
        })
        .Requires(Permission.DeviceRemove)
        .WithSummary("Release the unrestricted licenses of a product instance that holds restricted ones; it stays")
        .WithDescription("?dryRun=true answers what it would do to the pools and changes nothing.")
        .Produces<Answer>();

    public async Task<Verdict<Answer>> HandleAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        var accountId = command.Accounts[0];
        if (!command.Actor.May(Permission.DeviceRemove, accountId, input.VirtualAccountId))
        {
            return Verdict.Refused(RefusalCode.NotAllowed, "You may not remove product instances of this virtual account, nor release their licenses.");
        }

        var catalog = await catalogs.CurrentAsync(cancellation);
        return await writePath.RunAsync<Answer>(command, async scope =>
        {
            var chosen = await DeviceChoice.LoadAsync(scope, accountId, [input.DeviceId], (id, device) => DeviceRules.Remove(id, device, input.VirtualAccountId));
            if (chosen.Refused is [var refused, ..])
            {
                return Verdict.Refused(refused.Code, refused.Detail);
            }

            var uses = await scope.Db.LicenseUses.Where(use => use.AccountId == accountId && use.DeviceId == input.DeviceId).ToListAsync(cancellation);
            if (!uses.Exists(use => use.IsLocked))
            {
                return Verdict.Refused(RefusalCode.Conflict, "No restricted licenses are in use on it. Remove the product instance: that releases all it uses.");
            }

            if (uses.TrueForAll(use => use.IsLocked))
            {
                return Verdict.Refused(RefusalCode.Conflict, "It uses restricted licenses only, so there is nothing to release. Turn the restricted functions off on the device, or deregister it there.");
            }

            var place = await scope.Db.VirtualAccounts.SingleAsync(row => row.AccountId == accountId && row.Id == input.VirtualAccountId, cancellation);
            var effects = await PoolEffects.BeginAsync(scope, catalog, accountId, chosen.Devices, new PoolEffects.VirtualAccountName(place.Id, place.Name));
            await scope.Ledger(accountId).ReleaseUsesAsync(input.DeviceId, keepDemand: false);
            await scope.Ledger(accountId).SubstituteAsync();
            return new Answer([.. effects.Compare().Where(effect => effect.Before != effect.After)]);
        }, cancellation);
    }
}
