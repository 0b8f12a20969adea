using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Licenses;

/// <summary>
/// An operator takes licenses of one line out of a virtual account, with notes (RP-04). Limited to what the line has free: it may push a
/// balance below zero, never break a reservation or a lock (domain rules 1.10).
/// </summary>
public sealed class RemoveLicenses(WritePath writePath)
{
    public const string Name = "licenses.remove";

    public sealed record Input(long VirtualAccountId, long LineId, long Quantity, string Notes);

    public sealed record Answer(long TransactionId, long Left);

    public sealed record Body(long Quantity, string Notes);

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
