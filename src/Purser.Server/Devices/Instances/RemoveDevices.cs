using Microsoft.EntityFrameworkCore;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.Licenses;
using Purser.Server.People;

namespace Purser.Server.Devices.Instances;

/// <summary>
/// Product instances leave the table and what they used is free for others; each is told at its next contact that its identity is unknown, and has
/// to register again (PI-06, domain rules 7.6). All or none. A dry run is the preview.
/// </summary>
public sealed class RemoveDevices(WritePath writePath, CatalogCache catalogs)
{
    public const string Name = "devices.remove";

    public sealed record Input(long VirtualAccountId, IReadOnlyList<long> Devices);

    public sealed record Answer(int Removed, IReadOnlyList<PoolEffect> Effects);

    /// <summary>What the address leaves to the body.</summary>
    public sealed record Body(IReadOnlyList<long> Devices);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/remove", async (long virtualAccount, Body body, RemoveDevices remove, HttpContext context) =>
        {
            var input = new Input(virtualAccount, body.Devices);
            return (await remove.HandleAsync(context.Command(Name, input), input, context.RequestAborted)).ToHttp();
        })
        .Requires(Permission.DeviceRemove)
        .WithSummary("Remove product instances: all or none")
        .WithDescription("?dryRun=true answers what it would do to the pools and changes nothing.")
        .Produces<Answer>();

    public async Task<Verdict<Answer>> HandleAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        var accountId = command.Accounts[0];
        if (DeviceRules.Count(input.Devices) is { } problem)
        {
            return problem;
        }

        if (!command.Actor.May(Permission.DeviceRemove, accountId, input.VirtualAccountId))
        {
            return Verdict.Refused(RefusalCode.NotAllowed, "You may not remove product instances of this virtual account.");
        }

        var catalog = await catalogs.CurrentAsync(cancellation);
        return await writePath.RunAsync<Answer>(command with { Ids = 64 + input.Devices.Count }, scope => DecideAsync(scope, catalog, accountId, input), cancellation);
    }

    private static async Task<Verdict<Answer>> DecideAsync(WriteScope scope, CatalogSnapshot catalog, long accountId, Input input)
    {
        var place = await scope.Db.VirtualAccounts.FirstOrDefaultAsync(row => row.AccountId == accountId && row.Id == input.VirtualAccountId);
        if (place is null)
        {
            return Verdict.Refused(RefusalCode.NotFound, "There is no such virtual account.", "virtualAccount");
        }

        var restricted = await LicenseLockBook.HoldersAsync(scope.Db, accountId, input.Devices.ToHashSet());
        var chosen = await DeviceChoice.LoadAsync(scope, accountId, input.Devices, (id, device) =>
            DeviceRules.Remove(id, device, place.Id) ?? (restricted.Contains(id) ? DeviceRules.RestrictedInUse(device!) : null));
        if (chosen.Refused.Count > 0)
        {
            return DeviceRules.AllOrNone(chosen.Refused, chosen.Asked, "removed");
        }

        var effects = await PoolEffects.BeginAsync(scope, catalog, accountId, chosen.Devices, new PoolEffects.VirtualAccountName(place.Id, place.Name));
        foreach (var device in chosen.Devices)
        {
            await DeviceRemoval.RemoveAsync(scope, device, "Removed from the inventory");
        }

        await scope.Ledger(accountId).SubstituteAsync();
        return new Answer(chosen.Devices.Count, effects.Compare());
    }
}
