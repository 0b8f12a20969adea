using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Jobs;
using Purser.Server.Mail;
using Purser.Server.Store;

namespace Purser.Server.Alerts.Webhooks;

/// <summary>
/// Sends what is due, several at a time. Each delivery is leased before it is sent; a node that dies in between leaves it to the next try. One may
/// arrive twice (taken there, not yet marked here), never not at all; its id is the same. A webhook gets its own one after the other, in order; one
/// that does not take it is left alone for the rest of the run, so that a slow target holds nobody up.
/// </summary>
public sealed class DeliverWebhooks(Database database, WebhookConnection connection, TimeProvider machine, ILogger<DeliverWebhooks> log) : IJob
{
    public const string Name = "alerts.deliver";

    private const int Workers = 8;
    private const int Most = 400;
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);

    public async Task<string> RunAsync(CancellationToken cancellation)
    {
        var closed = new ConcurrentDictionary<long, bool>();
        var sent = await Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => WorkAsync(closed, cancellation)));
        return string.Create(CultureInfo.InvariantCulture, $"{sent.Sum()} delivered{(closed.IsEmpty ? "" : $"; {closed.Count} targets did not take theirs")}");
    }

    /// <param name="closed">Webhooks that somebody sends to, and those that did not take theirs.</param>
    private async Task<int> WorkAsync(ConcurrentDictionary<long, bool> closed, CancellationToken cancellation)
    {
        var sent = 0;
        for (var count = 0; count < Most / Workers && await LeaseNextAsync(closed, cancellation) is { } one; count++)
        {
            var answer = await connection.SendAsync(one.Webhook, one.Delivery.Id, one.Delivery.Body, cancellation);
            await MarkAsync(one.Delivery, answer);
            if (answer.IsTaken)
            {
                sent++;
                closed.TryRemove(one.Webhook.Id, out _);
            }
            else
            {
                log.LogInformation("Webhook delivery {Id} was not taken, attempt {Attempt}: {Reason}", one.Delivery.Id, one.Delivery.Attempts, answer.Error);
            }
        }

        return sent;
    }

    private async Task<(WebhookDelivery Delivery, Webhook Webhook)?> LeaseNextAsync(ConcurrentDictionary<long, bool> closed, CancellationToken cancellation)
    {
        var now = machine.GetUtcNow();
        for (;;)
        {
            var left = closed.Keys.ToList();
            await using var db = database.Read();
            var found = await (
                from delivery in db.WebhookDeliveries
                join webhook in db.Webhooks on new { delivery.AccountId, Id = delivery.WebhookId } equals new { webhook.AccountId, webhook.Id }
                where delivery.State == DeliveryState.Waiting && delivery.NextTryAt <= now && !webhook.IsPaused && !left.Contains(webhook.Id)
                orderby delivery.NextTryAt, delivery.Id
                select new { Delivery = delivery, Webhook = webhook }).FirstOrDefaultAsync(cancellation);
            if (found is null)
            {
                return null;
            }

            if (!closed.TryAdd(found.Webhook.Id, true))
            {
                continue;
            }

            var row = found.Delivery;
            var leased = 0;
            await database.WriteAsync(
                async write => leased = await write.WebhookDeliveries
                    .Where(one => one.AccountId == row.AccountId && one.Id == row.Id && one.State == DeliveryState.Waiting && one.NextTryAt == row.NextTryAt && one.Attempts == row.Attempts)
                    .ExecuteUpdateAsync(set => set.SetProperty(one => one.NextTryAt, now + Lease).SetProperty(one => one.Attempts, one => one.Attempts + 1), cancellation),
                cancellation);
            if (leased == 1)
            {
                row.Attempts++;
                return (row, found.Webhook);
            }

            closed.TryRemove(found.Webhook.Id, out _);
        }
    }

    /// <summary>Also while the server stops: what was taken must be known as taken.</summary>
    private Task MarkAsync(WebhookDelivery sent, TargetAnswer answer) => database.WriteAsync(
        async db =>
        {
            if (await db.WebhookDeliveries.FirstOrDefaultAsync(row => row.AccountId == sent.AccountId && row.Id == sent.Id) is not { } row)
            {
                return;
            }

            var now = machine.GetUtcNow();
            (row.Status, row.LastError) = (answer.Status, answer.Error);
            if (answer.IsTaken)
            {
                (row.State, row.DeliveredAt) = (DeliveryState.Delivered, now);
            }
            else if (answer.Status != StatusCodes.Status410Gone && MailRetry.PauseAfter(row.Attempts) is { } pause)
            {
                row.NextTryAt = now + pause;
            }
            else
            {
                row.State = DeliveryState.Failed;
            }
        },
        CancellationToken.None);
}
