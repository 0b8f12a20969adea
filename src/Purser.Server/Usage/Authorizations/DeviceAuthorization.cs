using System.Text;
using Microsoft.EntityFrameworkCore;
using Purser.Protocol;
using Purser.Protocol.Authorizations;
using Purser.Protocol.Usage;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Devices;
using Purser.Server.Devices.Instances;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Usage.Authorizations;

/// <param name="ConfirmedAt">Null: the product instance is not known to have installed it.</param>
/// <param name="HasEarlier">Until it is confirmed, what an earlier code gave stays locked too.</param>
public sealed record AuthorizationView(DateTimeOffset MadeAt, DateTimeOffset? ConfirmedAt, bool HasEarlier, IReadOnlyList<AuthorizedView> Licenses);

/// <param name="EndsOn">Null: never.</param>
public sealed record AuthorizedView(string License, long Quantity, DateOnly? EndsOn, bool IsRestricted);

/// <summary>The authorization code of one product instance: shown, downloaded again, confirmed, returned.</summary>
public sealed class DeviceAuthorization(Database database, CatalogCache catalogs, AuthorizeDevices authorize)
{
    /// <param name="Code">As the product instance shows it.</param>
    public sealed record Body(string Code);

    public static void Map(IEndpointRouteBuilder devices)
    {
        devices.MapGet("/{device:long}/authorization-code", async (long virtualAccount, long device, DeviceAuthorization show, HttpContext context) =>
                (await show.HandleAsync(context.Actor(), context.Account().Id, virtualAccount, device, context.RequestAborted)).ToHttp())
            .Requires(Permission.DeviceView).WithSummary("Show what the authorization code of a product instance gives it").Produces<AuthorizationView>();
        devices.MapGet("/{device:long}/authorization-code/file", FileAsync)
            .Requires(Permission.LicenseReserve).WithSummary("The authorization code again, to import on the product instance").Produces<string>(contentType: "application/xml");
        devices.MapPost("/{device:long}/authorization-code/confirm", async (long virtualAccount, long device, Body body, DeviceAuthorization show, HttpContext context) =>
                (await show.ActAsync(context.Command(AuthorizeDevices.Name, body), virtualAccount, device, udi => new AuthorizationRequest(udi, [], ConfirmationCode: body.Code), context.RequestAborted)).ToHttp())
            .Requires(Permission.LicenseReserve).WithSummary("Enter the confirmation code that the product instance shows").Produces<AuthorizationOutcome>();
        devices.MapPost("/{device:long}/authorization-code/return", async (long virtualAccount, long device, Body body, DeviceAuthorization show, HttpContext context) =>
                (await show.ActAsync(context.Command(AuthorizeDevices.Name, body), virtualAccount, device, udi => new AuthorizationRequest(udi, [], ReturnCode: body.Code), context.RequestAborted)).ToHttp())
            .Requires(Permission.LicenseReserve).WithSummary("Enter the return code that the product instance shows: its licenses are free").Produces<AuthorizationOutcome>();
    }

    public async Task<Verdict<AuthorizationView>> HandleAsync(Actor actor, long account, long virtualAccount, long device, CancellationToken cancellation = default)
    {
        await using var db = database.Read(account);
        if (!actor.May(Permission.DeviceView, account, virtualAccount) || await GetDevice.InPlaceAsync(db, account, virtualAccount, device, cancellation) is null)
        {
            return NotThere();
        }

        if (await AuthorizationBook.InForceAsync(db, account, device) is not { } row)
        {
            return Verdict.Refused(RefusalCode.NotFound, "This product instance has no authorization code.");
        }

        var catalog = await catalogs.CurrentAsync(cancellation);
        var code = AuthorizationCode.Read(ImportFile.Read(row.Text).Value.Find(AuthorizationCode.Element)!.Data).Value;
        var hasEarlier = row.ConfirmedAt is null && await db.IssuedAuthorizations.AnyAsync(one => one.AccountId == account && one.DeviceId == device && one.Number < row.Number && one.EndedAt == null, cancellation);
        return new AuthorizationView(row.MadeAt, row.ConfirmedAt, hasEarlier, [
            .. code.Licenses.Select(license => new AuthorizedView(catalog.FindEntitlement(license.Tag)?.Name ?? license.DisplayName, license.Count, license.EndsOn, license.ExportRestricted)),
        ]);
    }

    /// <summary>A code that its product instance shows, typed by a person.</summary>
    public async Task<Verdict<AuthorizationOutcome>> ActAsync(Command command, long virtualAccount, long device, Func<Udi, AuthorizationRequest> request, CancellationToken cancellation = default)
    {
        var account = command.Accounts[0];
        Device? found;
        await using (var db = database.Read(account))
        {
            found = command.Actor.May(Permission.LicenseReserve, account, virtualAccount) ? await GetDevice.InPlaceAsync(db, account, virtualAccount, device, cancellation) : null;
        }

        if (found is null)
        {
            return NotThere();
        }

        var catalog = await catalogs.CurrentAsync(cancellation);
        var asked = request(HaUnits.RegisteredUdi(found)) with { SoftwareTag = catalog.FindProduct(found.ProductId)?.Tag };
        var done = await authorize.HandleAsync(command, new AuthorizeDevices.Input(virtualAccount, [asked]), cancellation);
        return !done.IsOk ? done.Refusal!
            : done.Value.ProductInstances[0] is { IsDone: false } refused ? Verdict.Refused(RefusalCode.CodeInvalid, refused.Message, "code")
            : done.Value.ProductInstances[0];
    }

    /// <summary>For programs and for the page.</summary>
    public static async Task<IResult> FileAsync(long virtualAccount, long device, DeviceAuthorization show, HttpContext context)
    {
        var file = await show.FindFileAsync(context.Actor(), context.Account().Id, virtualAccount, device, context.RequestAborted);
        return file.IsOk ? TypedResults.File(Encoding.UTF8.GetBytes(file.Value.Text), "application/xml", file.Value.File) : Problems.Of(file.Refusal!);
    }

    private async Task<Verdict<(string File, string Text)>> FindFileAsync(Actor actor, long account, long virtualAccount, long device, CancellationToken cancellation)
    {
        await using var db = database.Read(account);
        return actor.May(Permission.LicenseReserve, account, virtualAccount) && await GetDevice.InPlaceAsync(db, account, virtualAccount, device, cancellation) is { } found
            && await AuthorizationBook.InForceAsync(db, account, device) is { } row
                ? ($"AuthorizationCode_{found.UdiSerialNumber}.xml", row.Text)
                : NotThere();
    }

    private static Refusal NotThere() => Verdict.Refused(RefusalCode.NotFound, "There is no such product instance with an authorization code in a virtual account that you may see.");
}
