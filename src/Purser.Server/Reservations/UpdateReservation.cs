using Purser.Server.Commands;
using Purser.Server.Devices.Additions;
using Purser.Server.Http;
using Purser.Server.People;

namespace Purser.Server.Reservations;

/// <summary>
/// "Update Reserved Licenses": increases are reserved at once, decreases are in transition until the confirmation code of this very update is entered
/// (RS-03; domain rules 8.4). One update at a time.
/// </summary>
public sealed class UpdateReservation(ReservationChange change)
{
    public const string Name = "reservations.update";

    /// <summary>Help ch. 6 names the screen.</summary>
    public const string PreviousUpdateStillPending =
        "Previous Update Still Pending: install the authorization code of the previous update on the device and enter the confirmation code that it shows. "
        + "If that is not possible, open a support case: the operator can cancel the previous update.";

    public sealed record Input(long VirtualAccountId, long DeviceId, IReadOnlyList<ReservationWish> Licenses)
    {
        public IReadOnlyList<AdditionWish> AddToInventory { get; init; } = [];

        /// <summary>Of the trial that was reviewed; null where none was.</summary>
        public string? Fingerprint { get; init; }
    }

    public sealed record Body(IReadOnlyList<ReservationWish>? Licenses, IReadOnlyList<AdditionWish>? AddToInventory = null, string? Fingerprint = null);

    public static void Map(IEndpointRouteBuilder devices) => devices
        .MapPost("/{device:long}/reservation/update", async (long virtualAccount, long device, Body body, UpdateReservation update, HttpContext context) =>
        {
            var input = new Input(virtualAccount, device, body.Licenses ?? []) { AddToInventory = body.AddToInventory ?? [], Fingerprint = body.Fingerprint };
            return (await update.HandleAsync(context.Command(Name, input), input, context.RequestAborted)).ToHttp();
        })
        .Requires(Permission.LicenseReserve)
        .WithSummary("Change how many licenses a product instance reserves")
        .WithDescription("Licenses that are left out are given back. The answer holds the new authorization code; what is given back is free when its confirmation code has been entered. ?dryRun=true answers what would be; who sends its fingerprint gets the same terms or a refusal.")
        .Produces<ReservationView>();

    public Task<Verdict<ReservationView>> HandleAsync(Command command, Input input, CancellationToken cancellation = default) =>
        change.RunAsync(command, input.VirtualAccountId, input.DeviceId, Permission.LicenseReserve, async (scope, work, catalog, reservation, device) =>
        {
            if (Judge(reservation) is { } problem)
            {
                return problem;
            }

            var wishes = ReservationWish.Read(catalog, device.ProductId, input.Licenses);
            if (!wishes.IsOk)
            {
                return wishes.Refusal;
            }

            if (await work.AddAsync(device, input.AddToInventory, cancellation) is { } refusal)
            {
                return refusal;
            }

            var plans = await work.PlanAsync(reservation, wishes.Value);
            if (!plans.IsOk)
            {
                return plans.Refusal;
            }

            if (plans.Value.All(plan => plan.Plan.IsNothing))
            {
                return Verdict.Refused(RefusalCode.InvalidInput, "Nothing would change: the product instance reserves exactly these licenses.", "licenses");
            }

            await work.Book.RememberAsync(reservation);
            (reservation.PendingSince, reservation.PreviousNumber, reservation.PreviousAuthorization) = (scope.Now, reservation.Number, reservation.Authorization);
            var (more, fewer) = (new List<ReservedPart>(), new List<ReservedPart>());
            foreach (var (license, plan) in plans.Value)
            {
                await work.Book.ReserveAsync(reservation, license, plan);
                more.AddRange(await work.PartsAsync(license, plan.Increases));
                fewer.AddRange(await work.PartsAsync(license, plan.Decreases));
            }

            await work.MintAsync(reservation, device);
            await ReservationAlerts.PendingAsync(scope, device);
            var place = await work.PlaceAsync(reservation);
            if (more.Count > 0)
            {
                work.Tell(device, ReservationEvents.Increased(device.DisplayName, place, more));
            }

            if (fewer.Count > 0)
            {
                work.Tell(device, ReservationEvents.Decreased(device.DisplayName, place, fewer));
            }

            return await ReservationFingerprint.JudgeAsync(scope, catalog, reservation, input.Fingerprint, cancellation);
        }, cancellation);

    private static Refusal? Judge(Reservation reservation) =>
        reservation.Kind == ReservationKind.Universal ? Verdict.Refused(RefusalCode.Conflict, "A universal reservation covers everything: there is nothing to update.")
        : reservation.FailedAt is not null ? Verdict.Refused(RefusalCode.Conflict, "This product instance failed and its licenses were rehosted. It can only be removed.")
        : reservation.PendingSince is not null ? Verdict.Refused(RefusalCode.UpdatePending, PreviousUpdateStillPending)
        : null;
}
