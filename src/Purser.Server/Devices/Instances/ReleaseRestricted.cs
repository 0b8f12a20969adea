using Microsoft.EntityFrameworkCore;
using Purser.Server.Alerts;
using Purser.Server.Commands;
using Purser.Server.Devices.Silence;
using Purser.Server.Events;
using Purser.Server.Http;
using Purser.Server.Licenses;
using Purser.Server.People;
using Purser.Server.Usage.Authorizations;

namespace Purser.Server.Devices.Instances;

/// <summary>
/// An operator releases the restricted licenses of a product instance that can no longer do it itself, with notes that give the evidence
/// (domain rules 9.3). Also of one whose registration has ended while they stayed locked (9.6).
/// </summary>
public sealed class ReleaseRestricted(WritePath writePath)
{
    public const string Name = "devices.release-restricted";

    /// <param name="Notes">The evidence that the restricted functions are off.</param>
    public sealed record Input(long VirtualAccountId, long DeviceId, string Notes);

    public sealed record Answer(long Released);

    public sealed record Body(string Notes);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/{device:long}/release-restricted", async (long virtualAccount, long device, Body body, ReleaseRestricted release, HttpContext context) =>
        {
            var input = new Input(virtualAccount, device, body.Notes);
            return (await release.HandleAsync(context.Command(Name, input), input, context.RequestAborted)).ToHttp();
        })
        .Requires(Permission.LicenseAddRemove)
        .WithSummary("Release the restricted licenses of a product instance, with the evidence in a note")
        .WithDescription("For operators: the product instance itself releases them when it turns the functions off or deregisters.")
        .Produces<Answer>();

    public async Task<Verdict<Answer>> HandleAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        if (InputText.Problem(input.Notes, "notes", "notes that give the evidence", AddLicenses.LongestNotes) is { } problem)
        {
            return problem;
        }

        var accountId = command.Accounts[0];
        return await writePath.RunAsync<Answer>(command, async scope =>
        {
            var device = await scope.Db.Devices.FirstOrDefaultAsync(
                row => row.AccountId == accountId && row.Id == input.DeviceId && row.VirtualAccountId == input.VirtualAccountId, cancellation);
            if (device is null)
            {
                return Verdict.Refused(RefusalCode.NotFound, "There is no such product instance in this virtual account.");
            }

            var held = (await LicenseLockBook.HoldersAsync(scope.Db, accountId, [device.Id])).Count > 0;
            if (!held)
            {
                return Verdict.Refused(RefusalCode.Conflict, "No restricted licenses are locked to it: they were released in the meantime.");
            }

            var released = await new LicenseLockBook(scope, accountId).ReleaseAsync(device.Id);
            var place = await LedgerNames.VirtualAccountAsync(scope, accountId, device.VirtualAccountId);
            if (released.Count > 0)
            {
                scope.Journal(accountId).Append(ExportEvents.Released(device.DisplayName, place, released), DeviceRemoval.PlaceOf(device));
            }

            await AuthorizationBook.EndAsync(scope, device, long.MaxValue);
            await scope.Alerts(accountId).ClearAsync(AlertSubjects.Deauthorization(device.Id));
            if (device.SilenceStage == (int)SilenceStage.Removed)
            {
                // Silent for a year, it stayed only for these licenses: the next sweep removes it (domain rules 7.4).
                device.SilenceStage = (int)SilenceStage.Released;
            }

            return new Answer(released.Sum(part => part.Quantity));
        }, cancellation);
    }
}
