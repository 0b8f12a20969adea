using Purser.Server.Tokens;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Alerts;
using Purser.Server.Commands;
using Purser.Server.Devices;
using Purser.Server.Http;
using Purser.Server.Licenses;
using Purser.Server.People;
using Purser.Server.People.SignIn;
using Purser.Server.Store;

namespace Purser.Server.Accounts;

/// <summary>Deletes an empty virtual account; a refusal says what still lies in it (domain rules 12.4).</summary>
public sealed class DeleteVirtualAccount(WritePath writePath, BearerTokens tokens)
{
    public const string Name = "virtual-accounts.delete";

    public sealed record Input(long VirtualAccountId);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapDelete("/api/v1/accounts/{account}/virtual-accounts/{virtualAccount}", async (DeleteVirtualAccount delete, HttpContext context) =>
        {
            var input = new Input(VirtualAccountBook.IdOf(context));
            return (await delete.HandleAsync(context.Command(Name, input), input, context.RequestAborted)).ToHttp();
        })
        .Requires(Permission.VirtualAccountEdit)
            .WithSummary("Delete an empty virtual account")
        .WithTags("Virtual accounts");

    public async Task<Verdict<Done>> HandleAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        var accountId = command.Accounts[0];
        return await writePath.RunAsync<Done>(command, async scope =>
        {
            if (await VirtualAccountBook.FindAsync(scope, accountId, input.VirtualAccountId, cancellation) is not { } row)
            {
                return VirtualAccountBook.NotFound();
            }

            if ((VirtualAccountRules.JudgeRight(command.Actor.ReachOf(Permission.VirtualAccountEdit, accountId), row.ParentId)
                ?? VirtualAccountRules.JudgeDelete(await ContentAsync(scope.Db, row, scope.Now, cancellation))) is { } refusal)
            {
                return refusal;
            }

            await RemoveAsync(scope, row, cancellation);
            scope.Journal(accountId).Append(AccountEvents.VirtualAccountRemoved(row.Name), AccountEvents.About(row.Id));
            scope.AfterCommit(tokens.Forget);
            return Verdict.Done;
        }, cancellation);
    }

    /// <summary>What keeps it from being deleted, for the refusal and for the page that says so beforehand.</summary>
    internal static async Task<VirtualAccountContent> ContentAsync(
        PurserContext db, VirtualAccount row, DateTimeOffset now, CancellationToken cancellation) => new(
        row.IsDefault,
        await db.Holdings.Where(holding => holding.AccountId == row.AccountId && holding.VirtualAccountId == row.Id)
            .SumAsync(holding => holding.Held, cancellation)
            + await db.UsagePlaces.CountAsync(place => place.AccountId == row.AccountId && place.VirtualAccountId == row.Id, cancellation),
        await db.Devices.CountAsync(
            device => device.AccountId == row.AccountId && device.VirtualAccountId == row.Id && device.State == DeviceState.Registered, cancellation),
        await db.VirtualAccounts.CountAsync(child => child.AccountId == row.AccountId && child.ParentId == row.Id, cancellation),
        await db.RegistrationTokens.CountAsync(
            token => token.AccountId == row.AccountId && token.VirtualAccountId == row.Id && token.RevokedAt == null && token.ExpiresAt > now
                && (token.MaximumUses == null || token.Uses < token.MaximumUses),
            cancellation));

    /// <summary>With it go the roles in it, its dead tokens and its open alerts.</summary>
    private static async Task RemoveAsync(WriteScope scope, VirtualAccount row, CancellationToken cancellation)
    {
        var (accountId, id, db) = (row.AccountId, row.Id, scope.Db);
        await PersonBook.ForgetVirtualAccountAsync(scope, accountId, id, cancellation);
        await TokenBook.ForgetVirtualAccountAsync(db, accountId, id, cancellation);
        await TagBook.ForgetVirtualAccountAsync(db, accountId, id, cancellation);
        await LicenseTagBook.ForgetVirtualAccountAsync(db, accountId, id, cancellation);
        var alerts = scope.Alerts(accountId);
        foreach (var alert in await db.Alerts
            .Where(alert => alert.AccountId == accountId && alert.VirtualAccountId == id && alert.State == AlertState.Open).ToListAsync(cancellation))
        {
            alerts.Close(alert, AlertState.Cleared, "");
        }

        db.VirtualAccounts.Remove(row);
    }
}
