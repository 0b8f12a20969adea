using Purser.Server.Alerts;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;

namespace Purser.Server.Reservations;

/// <summary>"Enter Confirmation Code": the device has installed the update, so what it gave back is free (RS-03; domain rules 8.4).</summary>
public sealed class ConfirmReservation(ReservationChange change)
{
    public const string Name = "reservations.confirm";

    public sealed record Input(long VirtualAccountId, long DeviceId, string ConfirmationCode);

    public sealed record Body(string ConfirmationCode);

    public static void Map(IEndpointRouteBuilder devices) => devices
        .MapPost("/{device:long}/reservation/confirm", async (long virtualAccount, long device, Body body, ConfirmReservation confirm, HttpContext context) =>
        {
            var input = new Input(virtualAccount, device, body.ConfirmationCode ?? "");
            return (await confirm.HandleAsync(context.Command(Name, input), input, context.RequestAborted)).ToHttp();
        })
        .Requires(Permission.LicenseReserve)
        .WithSummary("Enter the confirmation code that a product instance shows after an update of its reservation")
        .Produces<ReservationView>();

    public Task<Verdict<ReservationView>> HandleAsync(Command command, Input input, CancellationToken cancellation = default) =>
        change.RunAsync(command, input.VirtualAccountId, input.DeviceId, Permission.LicenseReserve, async (scope, work, _, reservation, device) =>
        {
            if (reservation.PendingSince is null)
            {
                return Verdict.Refused(RefusalCode.Conflict, "No update of this reservation waits for a confirmation code. A first reservation needs none, and this code may have been entered already.", "confirmationCode");
            }

            if (DeviceCodes.JudgeConfirmation(reservation, input.ConfirmationCode) is { } problem)
            {
                return problem;
            }

            await work.Book.ConfirmAsync(reservation);
            PendingUpdate.Close(reservation);
            await scope.Alerts(device.AccountId).ClearAsync(AlertSubjects.ReservationPending(device.Id));

            if (!await work.Book.HoldsEndedAsync(reservation))
            {
                // What had ended is replaced or given back. A term may have ended since the update was made (domain rules 8.5).
                await scope.Alerts(device.AccountId).ClearAsync(AlertSubjects.ReservedExpired(device.Id));
            }

            work.Tell(device, ReservationEvents.Confirmed(device.DisplayName, await work.PlaceAsync(reservation)));
            return null;
        }, cancellation);
}

internal static class PendingUpdate
{
    public static void Close(Reservation reservation) =>
        (reservation.PendingSince, reservation.PreviousNumber, reservation.PreviousAuthorization, reservation.PreviousUnits) = (null, null, null, null);
}
