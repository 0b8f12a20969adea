using Purser.Server.Alerts;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.Licenses;
using Purser.Server.People;

namespace Purser.Server.Reservations;

/// <summary>
/// "Cancel Previous Update", by an operator who has asked the customer to install and confirm it if that is possible: back to the state before, and its
/// confirmation code is refused from then on (help ch. 6; domain rules 8.4). Notes hold the evidence.
/// </summary>
public sealed class CancelReservationUpdate(ReservationChange change)
{
    public const string Name = "reservations.cancel-update";

    public sealed record Input(long VirtualAccountId, long DeviceId, string Notes);

    public sealed record Body(string Notes);

    public static void Map(IEndpointRouteBuilder devices) => devices
        .MapPost("/{device:long}/reservation/cancel-update", async (long virtualAccount, long device, Body body, CancelReservationUpdate cancel, HttpContext context) =>
        {
            var input = new Input(virtualAccount, device, body.Notes ?? "");
            return (await cancel.HandleAsync(context.Command(Name, input), input, context.RequestAborted)).ToHttp();
        })
        .Requires(Permission.LicenseAddRemove)
        .WithSummary("Cancel an update of a reservation that waits for its confirmation code, with the evidence in a note")
        .WithDescription("For operators. If the device has installed the update after all, the next update must be installed on it.")
        .Produces<ReservationView>();

    public async Task<Verdict<ReservationView>> HandleAsync(Command command, Input input, CancellationToken cancellation = default) =>
        InputText.Problem(input.Notes, "notes", "notes that give the evidence", AddLicenses.LongestNotes) is { } problem ? problem
        : await change.RunAsync(command, input.VirtualAccountId, input.DeviceId, null, async (scope, work, _, reservation, device) =>
        {
            if (reservation.PendingSince is null)
            {
                return Verdict.Refused(RefusalCode.Conflict, "No update of this reservation is pending: it was confirmed or canceled in the meantime.");
            }

            await work.Book.RestoreAsync(reservation);
            (reservation.Number, reservation.Authorization) = (reservation.PreviousNumber!.Value, reservation.PreviousAuthorization!);
            PendingUpdate.Close(reservation);
            reservation.Notes = input.Notes.Trim();
            await scope.Alerts(device.AccountId).ClearAsync(AlertSubjects.ReservationPending(device.Id));
            work.Tell(device, ReservationEvents.Canceled(device.DisplayName, await work.PlaceAsync(reservation)));
            return null;
        }, cancellation);
}
