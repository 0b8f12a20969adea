using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Alerts.Webhooks;

/// <summary>Webhooks of a merged account go into the other one with their secrets and logs (SA-15); those beyond the most that an account may have stay.</summary>
internal static class WebhookMove
{
    private sealed record Paused(bool Before);

    /// <summary>
    /// One that is told of the whole account would be told of the other one's alerts too. It comes paused, for the administrators there to judge,
    /// unless roles for the whole account hold there too.
    /// </summary>
    /// <returns>How many went.</returns>
    public static async Task<int> RunAsync(MergerAct act, CancellationToken cancellation)
    {
        var free = WebhookRules.MostOfAccount - await act.Db.Webhooks.CountAsync(row => row.AccountId == act.Into.Id, cancellation);
        var webhooks = await act.Db.Webhooks.Where(row => row.AccountId == act.From.Id).OrderBy(row => row.Id).Take(Math.Max(0, free)).ToListAsync(cancellation);
        foreach (var webhook in webhooks)
        {
            act.Remember(MergedKind.Webhook, webhook.Id, before: new Paused(webhook.IsPaused));
            webhook.IsPaused |= webhook.VirtualAccountId is null && act.Mode != WholeRoles.Same;
        }

        await MoveAsync(act.Db, webhooks, act.From.Id, act.Into.Id, cancellation);
        return webhooks.Count;
    }

    public static async Task UndoAsync(MergerAct act, IReadOnlyList<MergedThing> things, CancellationToken cancellation)
    {
        var before = things.Where(thing => thing.Kind == MergedKind.Webhook).ToDictionary(thing => thing.Id, MergerAct.Before<Paused>);
        var ids = before.Keys.ToList();
        var webhooks = await act.Db.Webhooks.Where(row => row.AccountId == act.Into.Id && ids.Contains(row.Id)).ToListAsync(cancellation);
        foreach (var webhook in webhooks.Where(row => row.VirtualAccountId is null))
        {
            webhook.IsPaused = before[webhook.Id].Before;
        }

        await MoveAsync(act.Db, webhooks, act.Into.Id, act.From.Id, cancellation);
    }

    private static async Task MoveAsync(PurserContext db, IReadOnlyList<Webhook> webhooks, long from, long into, CancellationToken cancellation)
    {
        var ids = webhooks.Select(webhook => webhook.Id).ToList();
        foreach (var webhook in webhooks)
        {
            db.Rekey(webhook, row => row.AccountId = into);
        }

        await db.SaveChangesAsync(cancellation);
        await db.WebhookDeliveries.Where(row => row.AccountId == from && ids.Contains(row.WebhookId)).ExecuteUpdateAsync(set => set.SetProperty(row => row.AccountId, into), cancellation);
    }
}
