using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Licenses;

/// <summary>
/// An operator takes licenses of one line out of a virtual account, with notes (RP-04). Limited to what the line has free: it may push a
/// balance below zero, never break a reservation or a lock (domain rules 1.10).
/// </summary>
public sealed class RemoveLicenses(WritePath writePath, Database database)
{
    public const string Name = "licenses.remove";

    public sealed record Input(long VirtualAccountId, long LineId, long Quantity, string Notes);

    public sealed record Answer(long TransactionId, long Left);

    public sealed record Body(long Quantity, string Notes);

    /// <param name="Free">What can be removed; the rest is reserved or locked.</param>
    public sealed record Held(string License, string VirtualAccount, long Units, long Free);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost(
            "/api/v1/accounts/{account}/virtual-accounts/{virtualAccount:long}/license-lines/{line:long}/remove",
            async (long virtualAccount, long line, Body body, RemoveLicenses remove, HttpContext context) =>
            {
                var input = new Input(virtualAccount, line, body.Quantity, body.Notes);
                return (await remove.HandleAsync(context.Command(Name, input), input, context.RequestAborted)).ToHttp();
            })
        .Requires(Permission.LicenseAddRemove)
            .WithSummary("Remove licenses of a line by hand, with a note")
        .WithTags("Licenses");

    /// <summary>What a virtual account holds of a line; null where it holds nothing.</summary>
    public async Task<Held?> FindAsync(long account, long virtualAccount, long lineId, CancellationToken cancellation = default)
    {
        await using var db = database.Read(account);
        var found = await (
            from holding in db.Holdings
            join license in db.Entitlements on holding.EntitlementId equals license.Id
            join place in db.VirtualAccounts on new { holding.AccountId, Id = holding.VirtualAccountId } equals new { place.AccountId, place.Id }
            where holding.AccountId == account && holding.LineId == lineId && holding.VirtualAccountId == virtualAccount && holding.Held > 0
            select new { Holding = holding, License = license.Name, Place = place.Name }).FirstOrDefaultAsync(cancellation);
        return found is null ? null : new Held(found.License, found.Place, found.Holding.Held, found.Holding.Free);
    }

    public Task<Verdict<Answer>> HandleAsync(Command command, Input input, CancellationToken cancellation = default) =>
        writePath.RunAsync<Answer>(command, async scope =>
        {
            if (InputText.Problem(input.Notes, "notes", "notes that say why", AddLicenses.LongestNotes) is { } notes)
            {
                return notes;
            }

            var account = command.Accounts[0];
            var line = await scope.Db.LicenseLines.FindAsync(account, input.LineId);
            var holding = await scope.Db.Holdings.FindAsync(account, input.LineId, input.VirtualAccountId);
            if (line is null || holding is null || holding.Held == 0)
            {
                return Verdict.Refused(RefusalCode.NotFound, "This virtual account holds nothing of that line.", "line");
            }

            if (input.Quantity < 1)
            {
                return Verdict.Refused(RefusalCode.InvalidInput, "At least one license must be removed.", "quantity");
            }

            if (input.Quantity > holding.Free)
            {
                return Verdict.Refused(
                    RefusalCode.NotEnoughAvailable,
                    $"{holding.Free} of the {holding.Held} licenses of this line can be removed; the others are reserved or locked on product instances.",
                    "quantity");
            }

            var transaction = scope.NextId(IdKind.Transaction);
            await scope.Ledger(account).RemoveAsync(line, holding, input.Quantity, input.Notes.Trim(), transaction);
            return new Answer(transaction, holding.Held);
        }, cancellation);
}
