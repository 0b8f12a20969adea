using Microsoft.EntityFrameworkCore;
using Purser.Server.Alerts;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Events;
using Purser.Server.Http;
using Purser.Server.Licenses;
using Purser.Server.People;
using Purser.Server.Reservations;
using Purser.Server.Store;
using Purser.Server.Usage;
using static Purser.Server.Devices.Instances.PoolEffects;

namespace Purser.Server.Devices.Instances;

/// <summary>
/// Product instances change their virtual account; what they use goes along as demand. Licenses stay where they are, except restricted ones, which
/// are locked to them, and unless it is wished that as many as they use go along (PI-05, LI-15; domain rules 7.5).
/// All or none. A dry run is the preview.
/// </summary>
public sealed class TransferDevices(WritePath writePath, CatalogCache catalogs)
{
    public const string Name = "devices.transfer";

    public sealed record Input(long VirtualAccountId, long TargetVirtualAccountId, IReadOnlyList<long> Devices)
    {
        /// <summary>As many licenses as they use go along too (LI-15). Restricted ones always do.</summary>
        public bool WithLicenses { get; init; }
    }

    /// <param name="Effects">What it does to the pools of both virtual accounts.</param>
    public sealed record Answer(int Transferred, IReadOnlyList<PoolEffect> Effects);

    /// <summary>What the address leaves to the body.</summary>
    public sealed record Body(long TargetVirtualAccountId, IReadOnlyList<long> Devices, bool WithLicenses = false);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/transfer", async (long virtualAccount, Body body, TransferDevices transfer, HttpContext context) =>
        {
            var input = new Input(virtualAccount, body.TargetVirtualAccountId, body.Devices) { WithLicenses = body.WithLicenses };
            return (await transfer.HandleAsync(context.Command(Name, input), input, context.RequestAborted)).ToHttp();
        })
        .Requires(Permission.DeviceTransfer)
        .WithSummary("Transfer product instances to another virtual account: all or none")
        .WithDescription("?dryRun=true answers what it would do to the pools and changes nothing.")
        .Produces<Answer>();

    public async Task<Verdict<Answer>> HandleAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        var accountId = command.Accounts[0];
        if (Problem(command.Actor, accountId, input) is { } problem)
        {
            return problem;
        }

        var catalog = await catalogs.CurrentAsync(cancellation);
        return await writePath.RunAsync<Answer>(command with { Ids = 64 + input.Devices.Count }, scope => DecideAsync(scope, catalog, command, input, cancellation), cancellation);
    }

    private static Refusal? Problem(Actor actor, long accountId, Input input) =>
        DeviceRules.Count(input.Devices)
        ?? (input.VirtualAccountId == input.TargetVirtualAccountId
            ? Verdict.Refused(RefusalCode.SameVirtualAccount, "The product instances are in this virtual account already.", "targetVirtualAccountId")
            : !actor.May(Permission.DeviceTransfer, accountId, input.VirtualAccountId)
            ? Verdict.Refused(RefusalCode.NotAllowed, "You may not transfer product instances out of this virtual account.")
            : !actor.May(Permission.DeviceTransfer, accountId, input.TargetVirtualAccountId)
            ? Verdict.Refused(RefusalCode.NotAllowed, "You may not transfer product instances into that virtual account, or there is none.", "targetVirtualAccountId")
            : null);

    private static async Task<Verdict<Answer>> DecideAsync(
        WriteScope scope, CatalogSnapshot catalog, Command command, Input input, CancellationToken cancellation)
    {
        var accountId = command.Accounts[0];
        if (await PlaceAsync(scope, accountId, input.VirtualAccountId) is not { } from || await PlaceAsync(scope, accountId, input.TargetVirtualAccountId) is not { } to)
        {
            return Verdict.Refused(RefusalCode.NotFound, "There is no such virtual account.", "targetVirtualAccountId");
        }

        var chosen = await DeviceChoice.LoadAsync(scope, accountId, input.Devices, (id, device) => DeviceRules.Transfer(id, device, from.Id));
        if (chosen.Refused.Count > 0)
        {
            return DeviceRules.AllOrNone(chosen.Refused, chosen.Asked, "transferred");
        }

        var effects = await BeginAsync(scope, catalog, accountId, chosen.Devices, from, to);
        var companions = input.WithLicenses ? await DeviceCompanions.LoadAsync(scope, catalog, accountId, chosen.Devices) : null;
        var transaction = scope.NextId(IdKind.Transaction);
        foreach (var device in chosen.Devices)
        {
            await scope.Ledger(accountId).MoveUsesAsync(device.Id, to.Id);
            await new LicenseLockBook(scope, accountId).MoveAsync(device.Id, to.Id, transaction);
            await ReservationMove.RunAsync(scope, catalog, device, from, to, transaction);
            scope.Journal(accountId).Append(
                ProductInstanceEvents.Transferred(device.DisplayName, from.Name, to.Name), DeviceRemoval.PlaceOf(device) with { OtherVirtualAccountId = to.Id });
            await ReportingStays.MoveAsync(scope, device, to.Id);
            device.VirtualAccountId = to.Id;
        }

        await scope.Ledger(accountId).SubstituteAsync();
        if (companions is not null && await companions.MoveAsync(scope, command.Actor, accountId, (from.Id, to.Id), transaction, cancellation) is { } refusal)
        {
            return refusal;
        }

        await MoveAlertsAsync(scope, accountId, chosen.Devices, from, to);
        await scope.Ledger(accountId).SubstituteAsync();
        return new Answer(chosen.Devices.Count, effects.Compare());
    }

    /// <summary>Alerts about a product instance belong where it lies, and their texts say where that is.</summary>
    private static async Task MoveAlertsAsync(WriteScope scope, long accountId, IReadOnlyList<Device> devices, VirtualAccountName from, VirtualAccountName to)
    {
        var ids = devices.Select(device => (long?)device.Id).ToList();
        foreach (var alert in await scope.Db.Alerts
            .Where(alert => alert.AccountId == accountId && ids.Contains(alert.DeviceId) && alert.State == AlertState.Open).ToListAsync())
        {
            if (alert.Kind == AlertKind.RestrictedLicenseNotAvailable)
            {
                // What was missing there may be here: the next request tells.
                scope.Alerts(accountId).Close(alert, AlertState.Cleared, "");
                continue;
            }

            alert.VirtualAccountId = to.Id;
            alert.Message = alert.Message.Replace($"Virtual Account \"{from.Name}\"", $"Virtual Account \"{to.Name}\"", StringComparison.Ordinal);
        }
    }

    private static Task<VirtualAccountName?> PlaceAsync(WriteScope scope, long accountId, long id) => scope.Db.VirtualAccounts
        .Where(row => row.AccountId == accountId && row.Id == id).Select(row => new VirtualAccountName(row.Id, row.Name)).FirstOrDefaultAsync();
}
