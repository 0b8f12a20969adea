using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Alerts.Webhooks;

/// <summary>Sends a delivery of the log again, with the same id and body; and a trial to see whether a target takes what comes.</summary>
public sealed class SendAgain(WritePath writePath)
{
    public const string AgainName = "webhooks.replay";
    public const string TrialName = "webhooks.try";

    public sealed record Input(long WebhookId, long? DeliveryId = null);

    public sealed record Answer(long DeliveryId);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/v1/accounts/{account}/webhooks/{webhook:long}").WithTags("Webhooks");
        api.MapPost("/deliveries/{delivery:long}/replay", async (long webhook, long delivery, SendAgain send, HttpContext context) =>
        {
            var input = new Input(webhook, delivery);
            return (await send.AgainAsync(context.Command(AgainName, input), input, context.RequestAborted)).ToHttp();
        }).Requires(Permission.WebhookManage).WithSummary("Send a delivery again, with the same id and body");
        api.MapPost("/trial", async (long webhook, SendAgain send, HttpContext context) =>
        {
            var input = new Input(webhook);
            return (await send.TryAsync(context.Command(TrialName, input), input, context.RequestAborted)).ToHttp();
        }).Requires(Permission.WebhookManage).WithSummary("Send a message without alerts to a webhook; the delivery log shows what became of it");
    }

    public Task<Verdict<Answer>> AgainAsync(Command command, Input input, CancellationToken cancellation = default) => writePath.RunAsync<Answer>(command, async scope =>
    {
        if (await scope.Db.WebhookDeliveries.FirstOrDefaultAsync(
            row => row.AccountId == command.Accounts[0] && row.WebhookId == input.WebhookId && row.Id == input.DeliveryId, cancellation) is not { } delivery)
        {
            return Verdict.Refused(RefusalCode.NotFound, "There is no such delivery. The log keeps them for 30 days.");
        }

        (delivery.State, delivery.Attempts, delivery.NextTryAt, delivery.DeliveredAt) = (DeliveryState.Waiting, 0, DateTimeOffset.UnixEpoch, null);
        return new Answer(delivery.Id);
    }, cancellation);

    public Task<Verdict<Answer>> TryAsync(Command command, Input input, CancellationToken cancellation = default) => writePath.RunAsync<Answer>(command, async scope =>
    {
        var account = command.Accounts[0];
        if (!await scope.Db.Webhooks.AnyAsync(row => row.AccountId == account && row.Id == input.WebhookId, cancellation))
        {
            return Verdict.Refused(RefusalCode.NotFound, "There is no such webhook. It may have been removed.");
        }

        var delivery = new WebhookDelivery
        {
            AccountId = account,
            Id = scope.NextId(IdKind.WebhookDelivery),
            WebhookId = input.WebhookId,
            Body = OutwardMessage.Trial(await scope.Db.Accounts.Where(row => row.Id == account).Select(row => row.Domain).SingleAsync(cancellation)),
            CreatedAt = scope.Now,
            NextTryAt = DateTimeOffset.UnixEpoch,
        };
        scope.Db.WebhookDeliveries.Add(delivery);
        return new Answer(delivery.Id);
    }, cancellation);
}
