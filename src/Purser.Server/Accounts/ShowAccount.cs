using Microsoft.EntityFrameworkCore;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Settings;
using Purser.Server.Store;

namespace Purser.Server.Accounts;

/// <summary>The properties of a Smart Account.</summary>
public sealed class ShowAccount(Database database, PurserSettings settings)
{
    public sealed record Answer(
        long Id, string Domain, string Name, AccountType Type, AccountStatus Status, DateTimeOffset CreatedAt, bool ExportPermitted, bool IsAgreementPending)
    {
        public string Description { get; init; } = "";
        /// <summary>Restricted licenses are locked to its product instances (domain rules 9.1).</summary>
        public bool HoldsRestrictedLicenses { get; init; }
        public bool SpecificReservation { get; init; }
        public bool UniversalReservation { get; init; }
        public string PartyId { get; init; } = "";
        public string Headquarters { get; init; } = "";
        public SearchVisibility Visibility { get; init; }

        /// <summary>Who created it; the vendor's support where the operator did.</summary>
        public string CreatedBy { get; init; } = "";
    }

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/api/v1/accounts/{account}", async (ShowAccount show, HttpContext context) =>
            TypedResults.Ok(await show.HandleAsync(context.Account().Id, context.RequestAborted)))
        .Requires(Permission.AccountView)
        .WithTags("Accounts")
        .WithSummary("Show the properties of a Smart Account");

    public async Task<Answer> HandleAsync(long accountId, CancellationToken cancellation = default)
    {
        await using var db = database.Read(accountId);
        var row = await db.Accounts.FirstAsync(account => account.Id == accountId, cancellation);
        var pending = AgreementGate.IsPending(row.AgreementVersion, await AgreementGate.NewestVersionAsync(db, cancellation));
        return new Answer(row.Id, row.Domain, row.Name, row.Type, row.Status, row.CreatedAt, row.ExportPermitted, pending)
        {
            Description = row.Description, PartyId = row.PartyId,
            Headquarters = row.Headquarters,
            HoldsRestrictedLicenses = row.HoldsRestrictedLicenses,
            SpecificReservation = row.SpecificReservation, UniversalReservation = row.UniversalReservation,
            Visibility = row.Visibility,
            CreatedBy = row.CreatedBy.Length > 0 ? row.CreatedBy : settings.Vendor.SupportName,
        };
    }
}
