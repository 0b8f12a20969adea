using Microsoft.EntityFrameworkCore;
using Purser.Protocol.Reservations;
using Purser.Server.Accounts;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Devices.Additions;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Reservations.Rules;

namespace Purser.Server.Reservations;

/// <summary>
/// "Reserve Licenses": a request code becomes an authorization code. Complete when the code is made: the licenses are reserved from that instant, and
/// no confirmation code is asked for (RS-01, RS-06; domain rules 8.2). Nothing is half done: short of one license, none is reserved.
/// </summary>
public sealed class ReserveLicenses(WritePath writePath, CatalogCache catalogs, AuthorizationMint mint)
{
    public const string Name = "reservations.reserve";

    public sealed record Input(long VirtualAccountId, string RequestCode)
    {
        public ReservationKind Kind { get; init; }

        /// <summary>Only where the product ids of the catalog do not say it: a tag, a bare uuid or a name.</summary>
        public string? Product { get; init; }
        public IReadOnlyList<ReservationWish> Licenses { get; init; } = [];
        public IReadOnlyList<AdditionWish> AddToInventory { get; init; } = [];

        /// <summary>Of the trial that was reviewed; null where none was.</summary>
        public string? Fingerprint { get; init; }
    }

    /// <summary>What the address leaves to the body.</summary>
    public sealed record Body(string RequestCode)
    {
        public ReservationKind Kind { get; init; }
        public string? Product { get; init; }
        public IReadOnlyList<ReservationWish>? Licenses { get; init; }
        public IReadOnlyList<AdditionWish>? AddToInventory { get; init; }
        public string? Fingerprint { get; init; }
    }

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/reservations", async (long virtualAccount, Body body, ReserveLicenses reserve, HttpContext context) =>
        {
            var input = new Input(virtualAccount, body.RequestCode ?? "")
            {
                Kind = body.Kind, Product = body.Product, Licenses = body.Licenses ?? [], AddToInventory = body.AddToInventory ?? [], Fingerprint = body.Fingerprint,
            };
            return (await reserve.HandleAsync(context.Command(Name, input), input, context.RequestAborted)).ToHttp();
        })
        .Requires(Permission.LicenseReserve)
        .WithSummary("Reserve licenses for a product instance that never connects, by its request code")
        .WithDescription("The answer holds the authorization code. ?dryRun=true answers whether it can be done, without a code; who sends the fingerprint of that answer gets the same terms or a refusal.")
        .Produces<ReservationView>();

    public async Task<Verdict<ReservationView>> HandleAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        var accountId = command.Accounts[0];
        if (!command.Actor.May(Permission.LicenseReserve, accountId, input.VirtualAccountId))
        {
            return Verdict.Refused(RefusalCode.NotAllowed, "You may not reserve licenses of this virtual account.");
        }

        var catalog = await catalogs.CurrentAsync(cancellation);
        var request = ReservationRequestRules.Read(catalog, input.RequestCode, input.Product);
        if (!request.IsOk)
        {
            return request.Refusal!;
        }

        if (input.Kind == ReservationKind.Universal && !mint.CanMakeUniversal)
        {
            return Verdict.Refused(RefusalCode.Conflict, "Universal authorization codes are signed with the root key of the license authority, which is not on this server. Ask the operator.");
        }

        return await writePath.RunAsync<ReservationView>(command, async scope =>
        {
            var (code, product) = request.Value;
            if (await JudgeAsync(scope, accountId, input, cancellation) is { } problem)
            {
                return problem;
            }

            var work = new ReservationWork(scope, catalog, mint, accountId);
            var made = await DecideAsync(scope, accountId, work, catalog, code, product, input, cancellation);
            if (!made.IsOk)
            {
                return made.Refusal!;
            }

            await scope.Db.SaveChangesAsync(cancellation);
            var view = await ReservationView.OfAsync(scope.Db, catalog, made.Value.Reservation, made.Value.Device.DisplayName, cancellation);
            return command.DryRun ? view with { Authorization = "" } : view;
        }, cancellation);
    }

    internal static async Task<Refusal?> JudgeAsync(WriteScope scope, long accountId, Input input, CancellationToken cancellation)
    {
        if (!await scope.Db.VirtualAccounts.AnyAsync(row => row.AccountId == accountId && row.Id == input.VirtualAccountId, cancellation))
        {
            return Verdict.Refused(RefusalCode.NotFound, "There is no such virtual account.", "virtualAccount");
        }

        return ReservationRequestRules.Judge(await scope.Db.Accounts.FirstAsync(row => row.Id == accountId, cancellation), input.Kind);
    }

    internal static async Task<Verdict<(Reservation Reservation, Devices.Device Device)>> DecideAsync(
        WriteScope scope, long accountId, ReservationWork work, CatalogSnapshot catalog, RequestCode code, Product product, Input input, CancellationToken cancellation)
    {
        var wishes = ReservationWish.Read(catalog, product.Id, input.Licenses);
        if (!wishes.IsOk)
        {
            return wishes.Refusal!;
        }

        if (ReservationRequestRules.JudgeWishes(input.Kind, input.Licenses) is { } problem)
        {
            return problem;
        }

        if (await OnlineRegistration.EndAsync(scope, accountId, input.VirtualAccountId, code.Udi.Key, product.Id, cancellation) is { } registered)
        {
            return registered;
        }

        var begun = await work.BeginAsync(code, product, input.VirtualAccountId, input.Kind);
        if (!begun.IsOk)
        {
            return begun.Refusal!;
        }

        var (reservation, device) = begun.Value;
        if (await work.AddAsync(device, input.AddToInventory, cancellation) is { } refusal)
        {
            return refusal;
        }

        var plans = await work.PlanAsync(reservation, wishes.Value);
        if (!plans.IsOk)
        {
            return plans.Refusal!;
        }

        await WriteAsync(work, reservation, device, plans.Value);
        return await ReservationFingerprint.JudgeAsync(scope, catalog, reservation, input.Fingerprint, cancellation) is { } stale ? stale : (reservation, device);
    }

    /// <summary>What was planned is reserved, authorized and told.</summary>
    internal static async Task WriteAsync(ReservationWork work, Reservation reservation, Devices.Device device, IReadOnlyList<(Entitlement License, ReservationPlan Plan)> plans)
    {
        var parts = new List<ReservedPart>();
        foreach (var (license, plan) in plans)
        {
            await work.Book.ReserveAsync(reservation, license, plan);
            parts.AddRange(await work.PartsAsync(license, plan.Increases));
        }

        await work.MintAsync(reservation, device);
        var place = await work.PlaceAsync(reservation);
        work.Tell(
            device,
            reservation.Kind == ReservationKind.Universal ? ReservationEvents.ReservedUniversally(device.DisplayName, place) : ReservationEvents.Reserved(device.DisplayName, place, parts));
    }
}
