using System.Globalization;
using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.People;

namespace Purser.Server.Http;

/// <summary>
/// Authorizes every route by the one role table. A route with {account} is judged in that account, one with {virtualAccount} (an id) in that
/// virtual account, any other installation-wide. An account in which the caller has no role at all is answered like one that does not exist.
/// </summary>
public sealed class RouteGuard(RequestDelegate next, AccountLookup accounts)
{
    private const string Administrator = "an administrator of this Smart Account";

    public async Task InvokeAsync(HttpContext context)
    {
        var permission = context.GetEndpoint()?.Metadata.GetMetadata<RequiresAttribute>()?.Permission;
        if (permission is null or Permission.Anonymous or Permission.DeviceDoor or Permission.ProvisioningDoor)
        {
            await next(context);
            return;
        }

        if (await JudgeAsync(context, permission.Value) is { } refusal)
        {
            await Refused.WriteAsync(context, refusal);
            return;
        }

        await next(context);
    }

    private async Task<Refusal?> JudgeAsync(HttpContext context, Permission permission)
    {
        if (context.ActorOrNull() is not { } actor)
        {
            return Verdict.Refused(RefusalCode.NotSignedIn, "Sign in, or send a valid bearer token.");
        }

        if (context.GetRouteValue("account") is not string named)
        {
            return actor.May(permission) ? null : NotAllowed(permission, OperatorRoles(permission), "the operator's staff");
        }

        var account = context.GetEndpoint()!.Metadata.GetMetadata<AccountByName>() is null
            ? await accounts.FindAsync(named, context.RequestAborted)
            : await accounts.FindByNameAsync(named, id => actor.May(Permission.AccountView, id), context.RequestAborted);
        if (account is null || !actor.May(Permission.AccountView, account.Id))
        {
            return Verdict.Refused(RefusalCode.NotFound, $"There is no Smart Account '{named}' that you can see.");
        }

        context.SetAccount(account);
        var reach = actor.ReachOf(permission, account.Id);
        if (context.GetRouteValue("virtualAccount") is not string text)
        {
            return reach.Any ? null : NotAllowed(permission, Roles(permission), Administrator);
        }

        // A spelling that the route would accept and this would not ("+5") must not slip past as "any virtual account".
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var virtualAccountId))
        {
            return Verdict.Refused(RefusalCode.NotFound, $"There is no virtual account '{text}'.");
        }

        return reach.Covers(virtualAccountId) ? null : NotAllowed(permission, Roles(permission), Administrator);
    }

    private static Refusal NotAllowed(Permission permission, IReadOnlyList<string> roles, string granter) => Verdict.Refused(
        RefusalCode.NotAllowed,
        roles.Count == 0
            ? $"This needs the permission “{Words(permission)}”, which no role gives here."
            : $"This needs the permission “{Words(permission)}”. {(roles.Count == 1 ? "The role that has it is" : "Roles that have it are")} {string.Join(", ", roles)}. Ask {granter} for {(roles.Count == 1 ? "it" : "one that fits")}.");

    private static List<string> Roles(Permission permission) => [.. Enum.GetValues<Role>().Where(role => RoleTable.Allows(role, permission)).Select(role => role.Display())];

    private static List<string> OperatorRoles(Permission permission) =>
        [.. Enum.GetValues<OperatorRole>().Where(role => RoleTable.Allows(role, permission)).Select(role => role.Display())];

    /// <summary>"LicenseTransfer" as people say it: license transfer.</summary>
    private static string Words(Permission permission) =>
        string.Concat(permission.ToString().Select((letter, index) => index > 0 && char.IsUpper(letter) ? $" {char.ToLowerInvariant(letter)}" : $"{char.ToLowerInvariant(letter)}"));
}
