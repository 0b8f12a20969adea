using Microsoft.EntityFrameworkCore;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Licenses;

/// <summary>An operator adds licenses by hand, with notes that say why (RP-04). The line's source is Manual Fulfillment.</summary>
public sealed class AddLicenses(WritePath writePath, CatalogCache catalogs)
{
    public const string Name = "licenses.add";
    public const long LargestQuantity = 1_000_000_000;
    public const int LongestNotes = 2000;

    /// <param name="License">Entitlement tag or name.</param>
    /// <param name="TermMonths">For a term without an end date.</param>
    public sealed record Input(
        long VirtualAccountId,
        string License,
        long Quantity,
        LicenseType Type,
        string Notes,
        DateOnly? StartsOn = null,
        DateOnly? EndsOn = null,
        int? TermMonths = null,
        string Sku = "")
    {
        /// <summary>Where licenses come from that were acquired elsewhere before; left out for what is simply given.</summary>
        public LineOrigin? Origin { get; init; }
    }

    public sealed record Answer(long LineId, long TransactionId);

    /// <summary>What the route leaves to the body; the virtual account is in the address.</summary>
    public sealed record Body(string License, long Quantity, LicenseType Type, string Notes, DateOnly? StartsOn = null, DateOnly? EndsOn = null, int? TermMonths = null, string Sku = "", LineOrigin? Origin = null);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/api/v1/accounts/{account}/virtual-accounts/{virtualAccount:long}/licenses", async (long virtualAccount, Body body, AddLicenses add, HttpContext context) =>
        {
            var input = new Input(virtualAccount, body.License, body.Quantity, body.Type, body.Notes, body.StartsOn, body.EndsOn, body.TermMonths, body.Sku) { Origin = body.Origin };
            return (await add.HandleAsync(context.Command(Name, input), input, context.RequestAborted)).ToCreated();
        })
        .Requires(Permission.LicenseAddRemove)
            .WithSummary("Add licenses by hand, with a note")
        .WithTags("Licenses");

    public async Task<Verdict<Answer>> HandleAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        var catalog = await catalogs.CurrentAsync(cancellation);
        if (catalog.FindEntitlement(input.License) is not { } entitlement)
        {
            return Verdict.Refused(RefusalCode.UnknownEntitlement, $"There is no license '{input.License}' in the catalog.", "license");
        }

        if (entitlement.IsReportingOnly)
        {
            return Verdict.Refused(RefusalCode.InvalidInput, $"{entitlement.Name} is reporting only: there are always as many as product instances use.", "license");
        }

        return await writePath.RunAsync<Answer>(command, async scope =>
        {
            var account = command.Accounts[0];
            if (Problem(input, scope.Now, scope.DayZone) is { } problem)
            {
                return problem;
            }

            if (!await scope.Db.VirtualAccounts.AnyAsync(row => row.AccountId == account && row.Id == input.VirtualAccountId))
            {
                return Verdict.Refused(RefusalCode.NotFound, "There is no such virtual account.", "virtualAccount");
            }

            var sku = catalog.FindSku(input.Sku);
            var origin = input.Origin ?? LineOrigin.Manual;
            var draft = new LineDraft(entitlement.Id, input.Quantity, TermsOf(input, scope.Now, scope.DayZone)!, origin.Source)
            {
                ProductSku = origin.ProductSku.Trim(),
                ProductSerial = origin.ProductSerial.Trim(),
                DeviceDetails = origin.DeviceDetails.Trim(),
                Pak = origin.Pak.Trim(),
                SuiteName = origin.SuiteName.Trim(),
                SourceTransactionId = origin.TransactionId.Trim(),
                Sku = sku?.Code ?? input.Sku,
                ProductFamily = sku?.ProductFamily ?? "",
                Notes = input.Notes.Trim(),
            };
            var transaction = scope.NextId(IdKind.Transaction);
            var line = await scope.Ledger(account).DepositAsync(draft, input.VirtualAccountId, transaction);
            return new Answer(line.Id, transaction);
        }, cancellation);
    }

    private static Refusal? Problem(Input input, DateTimeOffset now, DayZone zone)
    {
        if (InputText.Problem(input.Notes, "notes", "notes that say why", LongestNotes) is { } notes)
        {
            return notes;
        }

        if (input.Origin?.Judge() is { } origin)
        {
            return origin;
        }

        if (input.Quantity is < 1 or > LargestQuantity)
        {
            return Verdict.Refused(RefusalCode.InvalidInput, $"The quantity must be between 1 and {LargestQuantity}.", "quantity");
        }

        if (input.Type != LicenseType.Term && (input.EndsOn is not null || input.TermMonths is not null))
        {
            return Verdict.Refused(RefusalCode.InvalidInput, "Only a term has an end date or a length.", "endsOn");
        }

        return TermsOf(input, now, zone) switch
        {
            null => Verdict.Refused(RefusalCode.InvalidInput, $"A term needs an end date, or a length of 1 to {CatalogRules.LongestTermMonths} months.", "endsOn"),
            { EndsOn: { } end, StartsOn: { } start } when end < start => Verdict.Refused(RefusalCode.InvalidInput, "The term ends before it starts.", "endsOn"),
            { EndsAt: { } end } when end <= now => Verdict.Refused(RefusalCode.InvalidInput, "The term has ended already.", "endsOn"),
            _ => null,
        };
    }

    private static LicenseTerms? TermsOf(Input input, DateTimeOffset now, DayZone zone) => input switch
    {
        { Type: LicenseType.Perpetual } => LicenseTerms.Perpetual with { StartsOn = input.StartsOn },
        { Type: LicenseType.Demo } => LicenseTerms.Demo(now, zone),
        { EndsOn: { } end } => LicenseTerms.Term(input.StartsOn ?? zone.DayOf(now), end, zone),
        { TermMonths: >= 1 and <= CatalogRules.LongestTermMonths } => LicenseTerms.Term(input.StartsOn ?? zone.DayOf(now), input.TermMonths.Value, zone),
        _ => null,
    };
}
