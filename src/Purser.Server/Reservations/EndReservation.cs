using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.Licenses;
using Purser.Server.People;

namespace Purser.Server.Reservations;

/// <summary>
/// A reserving product instance is removed and its licenses are free: by the return code of the device (help ch. 6; RS-04; domain rules 8.8), or by an
/// operator with evidence, where the device is lost for good (7.6). Reporting-only licenses vanish.
/// </summary>
public sealed class EndReservation(ReservationChange change)
{
    public const string ReturnName = "reservations.return";
    public const string RemoveName = "reservations.remove";

    public sealed record ReturnInput(long VirtualAccountId, long DeviceId, string ReturnCode);

    public sealed record RemoveInput(long VirtualAccountId, long DeviceId, string Notes);

    public sealed record ReturnBody(string ReturnCode);

    public sealed record RemoveBody(string Notes);

    public static void Map(IEndpointRouteBuilder devices)
    {
        devices.MapPost("/{device:long}/reservation/return", async (long virtualAccount, long device, ReturnBody body, EndReservation end, HttpContext context) =>
            {
                var input = new ReturnInput(virtualAccount, device, body.ReturnCode ?? "");
                return (await end.ReturnAsync(context.Command(ReturnName, input), input, context.RequestAborted)).ToHttp();
            })
            .Requires(Permission.LicenseReserve)
            .WithSummary("Remove a product instance that reserves licenses by the return code that it shows")
            .Produces<ReservationView>();
        devices.MapPost("/{device:long}/reservation/remove", async (long virtualAccount, long device, RemoveBody body, EndReservation end, HttpContext context) =>
            {
                var input = new RemoveInput(virtualAccount, device, body.Notes ?? "");
                return (await end.RemoveAsync(context.Command(RemoveName, input), input, context.RequestAborted)).ToHttp();
            })
            .Requires(Permission.LicenseAddRemove)
            .WithSummary("Remove a product instance that reserves licenses and cannot give a return code, with the evidence in a note")
            .WithDescription("For operators: the device itself gives a return code where it still can.")
            .Produces<ReservationView>();
    }

    public Task<Verdict<ReservationView>> ReturnAsync(Command command, ReturnInput input, CancellationToken cancellation = default) =>
        change.RunAsync(command, input.VirtualAccountId, input.DeviceId, Permission.LicenseReserve, async (_, work, _, reservation, device) =>
        {
            if (DeviceCodes.JudgeReturn(reservation, input.ReturnCode) is { } problem)
            {
                return problem;
            }

            await work.EndAsync(reservation, device, "Returned");
            return null;
        }, cancellation);

    public async Task<Verdict<ReservationView>> RemoveAsync(Command command, RemoveInput input, CancellationToken cancellation = default) =>
        InputText.Problem(input.Notes, "notes", "notes that give the evidence", AddLicenses.LongestNotes) is { } problem ? problem
        : await change.RunAsync(command, input.VirtualAccountId, input.DeviceId, null, async (_, work, _, reservation, device) =>
        {
            await work.EndAsync(reservation, device, "Removed by an operator");
            return null;
        }, cancellation);
}
