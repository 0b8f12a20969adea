using Microsoft.EntityFrameworkCore;
using Purser.Server.Alerts.Webhooks;
using Purser.Server.People;
using Purser.Server.People.Sources;
using Purser.Server.Preferences;
using Purser.Server.Reports;

namespace Purser.Server.Accounts;

/// <summary>What belongs to a merged account itself and went along; a split takes nothing of it.</summary>
/// <param name="SourceRoles">Roles that groups of sign-in sources give.</param>
/// <param name="MailChoices">People who are mailed of alerts and events.</param>
public sealed record Belongings(
    int ApiClients, int UserGroups, int AccessRules, int AccessRequests, int SourceRoles, int Webhooks = 0, int SavedViews = 0, int MailChoices = 0)
{
    public static readonly Belongings None = new(0, 0, 0, 0, 0);

    /// <summary>"2 API clients, 1 user group"; empty where there is nothing.</summary>
    public string Words() => string.Join(", ", new[]
    {
        Count(ApiClients, "API client"), Count(UserGroups, "user group"), Count(AccessRules, "access rule"), Count(AccessRequests, "open access request"),
        Count(SourceRoles, "role of groups of sign-in sources", "roles of groups of sign-in sources"),
        Count(Webhooks, "webhook"), Count(SavedViews, "saved view"), Count(MailChoices, "choice of mails", "choices of mails"),
    }.Where(text => text.Length > 0));

    private static string Count(int count, string one, string? many = null) =>
        count == 0 ? "" : FormattableString.Invariant($"{count} {(count == 1 ? one : many ?? one + "s")}");
}

/// <summary>
/// When a whole Smart Account goes into another one, what is its own goes too (decision 0013): API clients, user groups, access rules, requests that
/// wait, what sign-in sources give in it, webhooks, saved views and who is mailed of what. Undone, it comes back.
/// </summary>
internal static class BelongingsMove
{
    /// <summary>After roles and virtual accounts have gone.</summary>
    public static async Task<Belongings> RunAsync(MergerAct act, CancellationToken cancellation)
    {
        var clients = await ClientMove.RunAsync(act, cancellation);
        var groups = await GroupMove.RunAsync(act, cancellation);
        var (rules, requests) = await AccessMove.RunAsync(act, cancellation);
        var belongings = new Belongings(
            clients, groups, rules, requests, await SourceRoleMove.RunAsync(act, cancellation), await WebhookMove.RunAsync(act, cancellation),
            await ViewMove.RunAsync(act, cancellation), await NewsMove.RunAsync(act, cancellation));
        if (belongings != Belongings.None)
        {
            act.Scope.Journal(act.From.Id).Append(MergerEvents.BelongingsLeft(act.Into, belongings.Words()));
            act.Scope.Journal(act.Into.Id).Append(MergerEvents.BelongingsCame(act.From, belongings.Words()));
        }

        return belongings;
    }

    /// <summary>Before the roles go back: those of groups and programs need their holders there.</summary>
    public static async Task UndoAsync(MergerAct act, CancellationToken cancellation)
    {
        var things = await act.Db.MergedThings.Where(row => row.MergerId == act.Merger.Id).ToListAsync(cancellation);
        await ClientMove.UndoAsync(act, things, cancellation);
        await GroupMove.UndoAsync(act, things, cancellation);
        await AccessMove.UndoAsync(act, things, cancellation);
        await SourceRoleMove.UndoAsync(act, things, cancellation);
        await WebhookMove.UndoAsync(act, things, cancellation);
        await ViewMove.UndoAsync(act, things, cancellation);
    }
}
