using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;

namespace Purser.Server.Accounts;

/// <summary>Reassigns the default: there is exactly one, and it gets every deposit that names no virtual account (domain rules 12.4).</summary>
public sealed class MakeVirtualAccountDefault(WritePath writePath)
{
    public const string Name = "virtual-accounts.make-default";

    public sealed record Input(long VirtualAccountId);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/api/v1/accounts/{account}/virtual-accounts/{virtualAccount}/default", async (MakeVirtualAccountDefault make, HttpContext context) =>
        {
            var input = new Input(VirtualAccountBook.IdOf(context));
            return (await make.HandleAsync(context.Command(Name, input), input, context.RequestAborted)).ToHttp();
        })
        .Requires(Permission.VirtualAccountEdit)
            .WithSummary("Make a virtual account the default")
        .WithTags("Virtual accounts");

    public async Task<Verdict<VirtualAccountView>> HandleAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        var accountId = command.Accounts[0];
        if (!command.Actor.ReachOf(Permission.VirtualAccountEdit, accountId).IsWhole)
        {
            return Verdict.Refused(
                RefusalCode.NotAllowed, "The default concerns the whole Smart Account. Ask a Smart Account Administrator to change it.");
        }

        return await writePath.RunAsync<VirtualAccountView>(command, async scope =>
        {
            if (await VirtualAccountBook.FindAsync(scope, accountId, input.VirtualAccountId, cancellation) is not { } row)
            {
                return VirtualAccountBook.NotFound();
            }

            if (!row.IsDefault)
            {
                var earlier = await scope.Db.VirtualAccounts.SingleAsync(other => other.AccountId == accountId && other.IsDefault, cancellation);
                earlier.IsDefault = false;
                row.IsDefault = true;
                scope.Journal(accountId).Append(AccountEvents.VirtualAccountMadeDefault(row.Name), AccountEvents.About(row.Id));
            }

            return VirtualAccountView.Of(row);
        }, cancellation);
    }
}
