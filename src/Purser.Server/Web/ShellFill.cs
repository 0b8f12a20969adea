using System.Security.Claims;
using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Web;

/// <summary>
/// Fills the skeleton's state once a request, after the route guard. Without a database the accounts are missing, never the page: the page
/// that tells of the fault needs the skeleton too.
/// </summary>
public sealed class ShellFill(RequestDelegate next, ListMyAccounts accounts, ListAccessRequests requests)
{
    /// <summary>As many as the menu can show; the rest is on the page of all accounts.</summary>
    private const int MostAccounts = 50;

    public async Task InvokeAsync(HttpContext context, ShellState shell)
    {
        if (context.ActorOrNull() is { Kind: ActorKind.Person } actor && Refused.IsForPeople(context.Request))
        {
            var opened = context.AccountOrNull();
            shell.Person = new ShellPerson(actor.Name, context.User.FindFirstValue(ClaimTypes.Email) ?? context.User.Identity?.Name ?? "");
            shell.Can = permission => opened is null ? actor.May(permission) : actor.May(permission, opened.Id);
            await FillAccountsAsync(shell, actor, opened, context.RequestAborted);
        }

        await next(context);
    }

    private async Task FillAccountsAsync(ShellState shell, Actor actor, AccountRef? opened, CancellationToken cancellation)
    {
        if (opened is not null)
        {
            shell.Account = Shown(actor, opened.Id, opened.Name, opened.Domain, default);
        }

        try
        {
            var all = (await accounts.HandleAsync(actor, withPeople: false, cancellation))
                .Select(item => Shown(actor, item.Id, item.Name, item.Domain, new AlertCount(item.MajorAlerts, item.MinorAlerts))).ToList();
            shell.Accounts = all.Take(MostAccounts).ToList();
            shell.Account = all.Find(account => account.Domain == opened?.Domain) ?? shell.Account;
            if (opened is not null && actor.May(Permission.AccessRequestDecide, opened.Id))
            {
                shell.AccessRequests = await requests.CountWaitingAsync(actor, opened.Id, cancellation);
            }
        }
        catch (Exception fault) when (StoreFaults.Explain(fault) is not null)
        {
            shell.Accounts = [];
        }
    }

    /// <summary>Opening an account shows what needs attention; who may not see that starts at the account's own pages (domain rules 12.3).</summary>
    private static ShellAccount Shown(Actor actor, long id, string name, string domain, AlertCount alerts) => new(
        domain, name, domain, AccountLinks.Start(actor, id, domain), alerts);
}
