using Microsoft.EntityFrameworkCore;
using Purser.Protocol.Reservations;
using Purser.Server.Alerts;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Devices;
using Purser.Server.Http;
using Purser.Server.Licenses;
using Purser.Server.People;
using Purser.Server.Reservations.Rules;

namespace Purser.Server.Reservations;

/// <summary>
/// "Rehost Licenses from a Failed Product": the reservation is copied to a replacement, the failed one is pending removal (help ch. 6; RS-05;
/// domain rules 8.7). Surplus pays for the copy; where it is short, the threshold decides.
/// </summary>
public sealed class RehostReservation(ReservationChange change)
{
    public const string Name = "reservations.rehost";
    public const string ResetName = "reservations.reset-alert";

    public sealed record Input(long VirtualAccountId, long DeviceId, string RequestCode, string? Notes)
    {
        /// <summary>Of the trial that was reviewed; null where none was.</summary>
        public string? Fingerprint { get; init; }
    }

    public sealed record ResetInput(long VirtualAccountId, long DeviceId);

    public sealed record Body(string RequestCode, string? Notes = null, string? Fingerprint = null);

    public static void Map(IEndpointRouteBuilder devices)
    {
        devices.MapPost("/{device:long}/reservation/rehost", async (long virtualAccount, long device, Body body, RehostReservation rehost, HttpContext context) =>
            {
                var input = new Input(virtualAccount, device, body.RequestCode ?? "", body.Notes) { Fingerprint = body.Fingerprint };
                return (await rehost.HandleAsync(context.Command(Name, input), input, context.RequestAborted)).ToHttp();
            })
            .Requires(Permission.LicenseReserve)
            .WithSummary("Copy the reservation of a failed product instance to its replacement, by the request code of that")
            .WithDescription("The answer is the reservation of the replacement with its authorization code. ?dryRun=true answers whether it can be done, without a code; who sends the fingerprint of that answer gets the same terms or a refusal.")
            .Produces<ReservationView>();
        devices.MapPost("/{device:long}/reservation/reset-alert", async (long virtualAccount, long device, RehostReservation rehost, HttpContext context) =>
            {
                var input = new ResetInput(virtualAccount, device);
                return (await rehost.ResetAsync(context.Command(ResetName, input), input, context.RequestAborted)).ToHttp();
            })
            .Requires(Permission.LicenseReserve)
            .WithSummary("Reset the alert of a failed product instance; it still reserves until it is removed")
            .Produces<ReservationView>();
    }

    public async Task<Verdict<ReservationView>> HandleAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        if (InputText.Problem(input.Notes, "notes", "the notes", AddLicenses.LongestNotes, isOptional: true) is { } problem)
        {
            return problem;
        }

        var code = RequestCode.Read(input.RequestCode);
        if (!code.IsOk)
        {
            return Verdict.Refused(RefusalCode.CodeInvalid, code.Detail!, "requestCode");
        }

        ReservationView? copied = null;
        var done = await change.RunAsync(command, input.VirtualAccountId, input.DeviceId, Permission.LicenseReserve, async (scope, work, catalog, failed, device) =>
        {
            var made = await CopyAsync(scope, work, catalog, failed, device, code.Value, input.Notes);
            if (!made.IsOk)
            {
                return made.Refusal;
            }

            if (await ReservationFingerprint.JudgeAsync(scope, catalog, made.Value.Reservation, input.Fingerprint, cancellation) is { } stale)
            {
                return stale;
            }

            await scope.Db.SaveChangesAsync(cancellation);
            copied = await ReservationView.OfAsync(scope.Db, catalog, made.Value.Reservation, made.Value.Device.DisplayName, cancellation);
            return null;
        }, cancellation);
        return !done.IsOk || copied is null ? done : command.DryRun ? copied with { Authorization = "" } : copied;
    }

    /// <summary>Hides the alert only: the product instance still reserves, and still counts in the threshold (domain rules 8.7).</summary>
    public Task<Verdict<ReservationView>> ResetAsync(Command command, ResetInput input, CancellationToken cancellation = default) =>
        change.RunAsync(command, input.VirtualAccountId, input.DeviceId, Permission.LicenseReserve, async (scope, _, _, reservation, device) =>
        {
            if (reservation.FailedAt is null)
            {
                return Verdict.Refused(RefusalCode.Conflict, "This product instance is not pending removal.");
            }

            await scope.Alerts(device.AccountId).ClearAsync(AlertSubjects.PendingRemoval(device.Id));
            return null;
        }, cancellation);

    private static async Task<Verdict<(Reservation Reservation, Device Device)>> CopyAsync(
        WriteScope scope, ReservationWork work, CatalogSnapshot catalog, Reservation failed, Device device, RequestCode code, string? notes)
    {
        if (await JudgeAsync(scope, catalog, failed, device, code) is { } problem)
        {
            return problem;
        }

        var begun = await work.BeginAsync(code, catalog.FindProduct(device.ProductId)!, failed.VirtualAccountId, failed.Kind);
        if (!begun.IsOk)
        {
            return begun.Refusal!;
        }

        var copies = await CopiesAsync(scope, work, catalog, failed);
        var verdict = RehostRules.Judge(copies.Select(copy => (copy.Quantity, Math.Min(copy.License.Available, copy.License.Lines.Sum(line => line.Free)))), await ReservingAsync(scope, failed), await UncoveredAsync(scope, failed));
        if (verdict == RehostVerdict.Refused)
        {
            return Verdict.Refused(RefusalCode.ReturnPending, RehostRules.PreviousProductReturnPending);
        }

        var (reservation, replacement) = begun.Value;
        foreach (var copy in copies)
        {
            await CopyAsync(work, reservation, copy);
        }

        (failed.FailedAt, failed.ReplacedByDeviceId, failed.IsUncoveredFailure, failed.Notes) = (scope.Now, replacement.Id, verdict == RehostVerdict.Uncovered, notes?.Trim() ?? "");
        await work.MintAsync(reservation, replacement);
        await ReservationAlerts.FailedAsync(scope, device);
        var place = await work.PlaceAsync(failed);
        work.Tell(replacement, failed.Kind == ReservationKind.Universal
            ? ReservationEvents.ReservedUniversally(replacement.DisplayName, place)
            : ReservationEvents.Reserved(replacement.DisplayName, place, await work.PartsAsync(await work.Book.UnitsAsync(replacement.Id))));
        work.Tell(device, ReservationEvents.Rehosted(device.DisplayName, replacement.DisplayName, place));
        return (reservation, replacement);
    }

    private static async Task<Refusal?> JudgeAsync(WriteScope scope, CatalogSnapshot catalog, Reservation failed, Device device, RequestCode code) =>
        ReservationRequestRules.Judge(await scope.Db.Accounts.FirstAsync(row => row.Id == failed.AccountId), failed.Kind)
        ?? (failed.FailedAt is not null ? Verdict.Refused(RefusalCode.Conflict, "The licenses of this product instance were rehosted already. It can only be removed.")
            : failed.PendingSince is not null ? Verdict.Refused(RefusalCode.UpdatePending, UpdateReservation.PreviousUpdateStillPending)
            : catalog.FindProductOfPid(code.Udi.Pid) is { } product && product.Id != device.ProductId
                ? Verdict.Refused(RefusalCode.CodeInvalid, $"The replacement must be the same product: this request code is of {product.Name}, the failed product instance is {catalog.FindProduct(device.ProductId)!.Name}.", "requestCode")
            : null);

    private sealed record Copy(Entitlement Entitlement, ReservableLicense License, long Quantity, IReadOnlyDictionary<long, long> Lines);

    private static async Task<List<Copy>> CopiesAsync(WriteScope scope, ReservationWork work, CatalogSnapshot catalog, Reservation failed)
    {
        var copies = new List<Copy>();
        foreach (var group in (await work.Book.UnitsAsync(failed.DeviceId)).Where(row => row.Kept > 0).GroupBy(row => row.EntitlementId))
        {
            var license = catalog.FindEntitlement(group.Key)!;
            var reservable = await work.Book.ReservableAsync(license, 0, failed.VirtualAccountId);
            var alive = reservable.Lines.Select(line => line.LineId).ToHashSet();

            // What has ended is of no use to the replacement (domain rules 8.6).
            var lines = group.Where(row => alive.Contains(row.LineId)).ToDictionary(row => row.LineId, row => row.Kept);
            copies.Add(new Copy(license, reservable, lines.Values.Sum(), lines));
        }

        return copies;
    }

    /// <summary>From the same lines as far as they give, then from others; what is left has no cover until the failed one is returned.</summary>
    private static async Task CopyAsync(ReservationWork work, Reservation reservation, Copy copy)
    {
        var left = copy.License.Available;
        var taken = copy.License.Lines.ToDictionary(line => line.LineId, _ => 0L);
        var missing = new Dictionary<long, long>(copy.Lines);
        foreach (var (line, other) in copy.Lines.Keys.Select(line => (line, line)).Concat(copy.Lines.Keys.SelectMany(line => copy.License.Lines.Select(other => (line, other.LineId)))))
        {
            var free = copy.License.Lines.First(one => one.LineId == other).Free - taken[other];
            var part = Math.Min(Math.Min(missing[line], free), left);
            (taken[other], missing[line], left) = (taken[other] + part, missing[line] - part, left - part);
        }

        await work.Book.ReserveAsync(reservation, copy.Entitlement, new ReservationPlan(taken.Where(one => one.Value > 0).ToDictionary(), new Dictionary<long, long>(), 0, 0));
        foreach (var (line, quantity) in missing.Where(one => one.Value > 0))
        {
            await work.Book.CopyUncoveredAsync(reservation, copy.Entitlement.Id, line, quantity);
        }
    }

    /// <summary>A failed product instance and its replacement are one (domain rules 8.7).</summary>
    private static Task<int> ReservingAsync(WriteScope scope, Reservation failed) => scope.Db.Reservations.CountAsync(
        row => row.AccountId == failed.AccountId && row.VirtualAccountId == failed.VirtualAccountId && row.FailedAt == null);

    private static Task<int> UncoveredAsync(WriteScope scope, Reservation failed) => scope.Db.Reservations.CountAsync(
        row => row.AccountId == failed.AccountId && row.VirtualAccountId == failed.VirtualAccountId && row.IsUncoveredFailure);
}
