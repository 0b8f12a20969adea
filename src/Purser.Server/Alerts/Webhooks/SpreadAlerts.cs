using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Alerts.Syslog;
using Purser.Server.Jobs;
using Purser.Server.Settings;
using Purser.Server.Store;

namespace Purser.Server.Alerts.Webhooks;

/// <summary>
/// The database notes changes of alerts where somebody listens. Turns them into deliveries for the webhooks that want them and messages for syslog, and forgets the changes, in one transaction: each goes out once to
/// every webhook, whichever node works.
/// </summary>
public sealed class SpreadAlerts(Database database, DomainClock clock, TimeProvider machine, IdSource ids, PurserSettings settings, ILogger<SpreadAlerts> log) : IJob
{
    public const string Name = "alerts.spread";

    private const int AtOnce = 500;

    // Every webhook may want each change in a message of its own.
    private const long MostIds = (long)AtOnce * 3 * WebhookRules.MostOfAccount;

    public async Task<string> RunAsync(CancellationToken cancellation)
    {
        var (changes, deliveries) = (0, 0);
        for (;;)
        {
            List<AlertChange> some;
            await using (var db = database.Read())
            {
                some = await db.AlertChanges.OrderBy(row => row.AccountId).ThenBy(row => row.AlertId).ThenBy(row => row.Change).Take(AtOnce).ToListAsync(cancellation);
            }

            if (some.Count == 0)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{changes} changes in {deliveries} deliveries");
            }

            foreach (var ofAccount in some.GroupBy(row => row.AccountId))
            {
                if (await SpreadAsync(ofAccount.Key, [.. ofAccount], cancellation) is not { } made)
                {
                    return "another node is at it";
                }

                deliveries += made;
                changes += ofAccount.Count();
            }
        }
    }

    private async Task<int?> SpreadAsync(long account, IReadOnlyList<AlertChange> changes, CancellationToken cancellation)
    {
        await ids.ReserveAsync([nameof(IdKind.WebhookDelivery), nameof(IdKind.SyslogLine)], MostIds, cancellation);
        using var pass = database.Engine == Engine.Sqlite ? await database.WriteGate.EnterAsync(cancellation) : null;
        await using var db = database.Open(account);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var alertIds = changes.Select(change => change.AlertId).Distinct().ToList();
        var kinds = changes.Select(change => change.Change).Distinct().ToList();
        var taken = await db.AlertChanges.Where(row => row.AccountId == account && alertIds.Contains(row.AlertId) && kinds.Contains(row.Change)).ToListAsync(cancellation);
        db.AlertChanges.RemoveRange(taken);
        var made = await PlanAsync(db, account, taken, cancellation);
        try
        {
            await db.SaveChangesAsync(cancellation);
            await transaction.CommitAsync(cancellation);
            return made;
        }
        catch (DbUpdateConcurrencyException fault)
        {
            // Another node has told them, or sends just now what this one wanted to add to.
            log.LogInformation(fault, "Changes of alerts of account {Account} are left to the next run", account);
            return null;
        }
    }

    private async Task<int> PlanAsync(PurserContext db, long account, IReadOnlyList<AlertChange> changes, CancellationToken cancellation)
    {
        var wanted = changes.Select(change => change.AlertId).ToList();
        var alerts = await db.Alerts.AsNoTracking().Where(row => row.AccountId == account && wanted.Contains(row.Id)).ToDictionaryAsync(row => row.Id, cancellation);
        var names = await SourceNames.LoadAsync(db, account, cancellation);
        var domain = await db.Accounts.Where(row => row.Id == account).Select(row => row.Domain).SingleAsync(cancellation);
        var known = changes
            .Where(change => alerts.ContainsKey(change.AlertId)).OrderBy(change => change.AlertId).ThenBy(change => change.Change)
            .Select(change => (change.Change, Alert: alerts[change.AlertId])).ToList();
        if (settings.Syslog.IsOn)
        {
            db.SyslogLines.AddRange(known.Select(one => new SyslogLine
            {
                Id = ids.Next(nameof(IdKind.SyslogLine)),
                Text = SyslogFormat.Of(one.Alert, one.Change, domain, names.Of(one.Alert.VirtualAccountId), clock.Now, Environment.MachineName, settings.Syslog.Facility),
            }));
        }

        var now = machine.GetUtcNow();
        var made = 0;
        var webhooks = await db.Webhooks.Where(row => row.AccountId == account && !row.IsPaused).OrderBy(row => row.Id).ToListAsync(cancellation);
        foreach (var webhook in webhooks)
        {
            var plans = known
                .Where(one => DeliveryPlan.Wants(webhook, one.Alert.Level, one.Alert.VirtualAccountId))
                .GroupBy(one => DeliveryPlan.NotBefore(webhook, one.Alert.Level, now), one => OutwardMessage.Change(one.Alert, one.Change, names.Of(one.Alert.VirtualAccountId)));
            foreach (var plan in plans)
            {
                made += await AddAsync(db, webhook, domain, plan.Key, [.. plan], now, cancellation);
            }
        }

        return made;
    }

    /// <summary>To what is being collected for the webhook and goes out no later than this must; the rest in messages of their own.</summary>
    private async Task<int> AddAsync(
        PurserContext db, Webhook webhook, string domain, DateTimeOffset notBefore, List<JsonObject> changes, DateTimeOffset now, CancellationToken cancellation)
    {
        var open = await db.WebhookDeliveries
            .Where(row => row.AccountId == webhook.AccountId && row.WebhookId == webhook.Id && row.State == DeliveryState.Waiting && row.Attempts == 0
                && row.NextTryAt > now && row.NextTryAt <= notBefore && row.Count > 0 && row.Count < DeliveryPlan.MostInOne)
            .OrderBy(row => row.Id).FirstOrDefaultAsync(cancellation);
        var rest = changes.AsEnumerable();
        if (open is not null)
        {
            var fitting = changes.Take(DeliveryPlan.MostInOne - open.Count).ToList();
            open.Body = OutwardMessage.Append(open.Body, fitting);
            open.Count += fitting.Count;
            rest = changes.Skip(fitting.Count);
        }

        // Without a time to collect each change is a message of its own.
        var made = 0;
        foreach (var part in rest.Chunk(webhook.GroupMinutes > 0 || notBefore > now ? DeliveryPlan.MostInOne : 1))
        {
            db.WebhookDeliveries.Add(new WebhookDelivery
            {
                AccountId = webhook.AccountId,
                Id = ids.Next(nameof(IdKind.WebhookDelivery)),
                WebhookId = webhook.Id,
                Body = OutwardMessage.Of(domain, part),
                Count = part.Length,
                CreatedAt = clock.Now,
                NextTryAt = notBefore,
            });
            made++;
        }

        return made;
    }
}
