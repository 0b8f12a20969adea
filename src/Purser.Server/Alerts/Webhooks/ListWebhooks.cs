using Microsoft.EntityFrameworkCore;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Alerts.Webhooks;

/// <summary>The account's webhooks and what was sent to them. Secrets are nowhere to be read.</summary>
public sealed class ListWebhooks(Database database)
{
    private static readonly Keyset<Webhook> ById = Keyset.Ascending((Webhook row) => row.Id);

    private static readonly Keyset<WebhookDelivery> NewestFirst = Keyset.Descending((WebhookDelivery row) => row.Id);

    /// <param name="PreviousSecretEndsAt">Until when the secret before it signs too.</param>
    public sealed record Item(long Id, WebhookChoice Choice, string CreatedBy, DateTimeOffset CreatedAt, DateTimeOffset? PreviousSecretEndsAt);

    /// <param name="Count">Changes of alerts in it; 0 for a trial.</param>
    /// <param name="Status">The status of the last answer; null where none came.</param>
    /// <param name="NextTryAt">Of one that waits.</param>
    public sealed record Delivery(
        long Id, DeliveryState State, int Count, DateTimeOffset CreatedAt, int Attempts, DateTimeOffset? NextTryAt, DateTimeOffset? DeliveredAt, int? Status, string LastError, string Body);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/v1/accounts/{account}/webhooks").WithTags("Webhooks");
        api.MapGet("", async ([AsParameters] PageRequest page, ListWebhooks list, HttpContext context) =>
            TypedResults.Ok(await list.HandleAsync(context.Account().Id, page, context.RequestAborted)))
            .Requires(Permission.WebhookManage).WithSummary("List the webhooks that are told of alerts");
        api.MapGet("/{webhook:long}/deliveries", async (long webhook, DeliveryState? state, [AsParameters] PageRequest page, ListWebhooks list, HttpContext context) =>
            TypedResults.Ok(await list.DeliveriesAsync(context.Account().Id, webhook, state, page, context.RequestAborted)))
            .Requires(Permission.WebhookManage).WithSummary("List what was sent to a webhook, newest first");
    }

    public async Task<Page<Item>> HandleAsync(long account, PageRequest page, CancellationToken cancellation = default)
    {
        await using var db = database.Read(account);
        return (await db.Webhooks.Where(row => row.AccountId == account).ToPageAsync(ById, page, cancellation)).Map(ItemOf);
    }

    public async Task<Item?> FindAsync(long account, long id, CancellationToken cancellation = default)
    {
        await using var db = database.Read(account);
        return await db.Webhooks.FirstOrDefaultAsync(row => row.AccountId == account && row.Id == id, cancellation) is { } row ? ItemOf(row) : null;
    }

    public async Task<Page<Delivery>> DeliveriesAsync(long account, long webhook, DeliveryState? state, PageRequest page, CancellationToken cancellation = default)
    {
        await using var db = database.Read(account);
        var rows = db.WebhookDeliveries.Where(row => row.AccountId == account && row.WebhookId == webhook);
        rows = state is { } wanted ? rows.Where(row => row.State == wanted) : rows;
        return (await rows.ToPageAsync(NewestFirst, page, cancellation)).Map(row => new Delivery(
            row.Id, row.State, row.Count, row.CreatedAt, row.Attempts, row.State == DeliveryState.Waiting && row.NextTryAt > DateTimeOffset.UnixEpoch ? row.NextTryAt : null,
            row.DeliveredAt, row.Status, row.LastError, row.Body));
    }

    private static Item ItemOf(Webhook row) => new(
        row.Id,
        new WebhookChoice(
            row.Name, row.Url, row.LeastLevel, row.VirtualAccountId, row.GroupMinutes, WebhookRules.Time(row.QuietFrom), WebhookRules.Time(row.QuietTo), row.Zone, row.MajorAlways, row.IsPaused),
        row.CreatedBy, row.CreatedAt, row.PreviousSecretEndsAt);
}
