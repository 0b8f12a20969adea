using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Settings;
using Purser.Server.Store;

namespace Purser.Server.Alerts.Webhooks;

/// <summary>Adds, changes and removes webhooks, and gives them new secrets (AL-04). A secret is shown once.</summary>
public sealed class SaveWebhook(WritePath writePath, WebhookSecrets secrets, PurserSettings settings, TimeProvider machine)
{
    public const string AddName = "webhooks.add";
    public const string ChangeName = "webhooks.change";
    public const string RenewName = "webhooks.renew-secret";
    public const string RemoveName = "webhooks.remove";

    /// <summary>So long the secret before it signs too.</summary>
    public const int OverlapHours = 24;

    /// <param name="Id">Null for a new one.</param>
    public sealed record Input(long? Id, WebhookChoice Choice);

    public sealed record OneOf(long Id);

    /// <param name="Secret">Of a new webhook and of a renewed one: shown once.</param>
    public sealed record Answer(long Id, string Name, string? Secret = null);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/v1/accounts/{account}/webhooks").WithTags("Webhooks");
        api.MapPost("", async (WebhookChoice body, SaveWebhook save, HttpContext context) =>
        {
            var input = new Input(null, body);
            return (await save.HandleAsync(context.Command(AddName, input), input, context.RequestAborted)).ToCreated();
        }).Requires(Permission.WebhookManage).WithSummary("Add a webhook that is told of alerts; its secret is shown once");
        api.MapPut("/{webhook:long}", async (long webhook, WebhookChoice body, SaveWebhook save, HttpContext context) =>
        {
            var input = new Input(webhook, body);
            return (await save.HandleAsync(context.Command(ChangeName, input), input, context.RequestAborted)).ToHttp();
        }).Requires(Permission.WebhookManage).WithSummary("Change a webhook, or pause it");
        api.MapPost("/{webhook:long}/secret", async (long webhook, SaveWebhook save, HttpContext context) =>
            (await save.RenewAsync(context.Command(RenewName, new OneOf(webhook)), webhook, context.RequestAborted)).ToHttp())
            .Requires(Permission.WebhookManage).WithSummary("Give a webhook a new secret; the old one signs too for a day");
        api.MapDelete("/{webhook:long}", async (long webhook, SaveWebhook save, HttpContext context) =>
            (await save.RemoveAsync(context.Command(RemoveName, new OneOf(webhook)), webhook, context.RequestAborted)).ToHttp())
            .Requires(Permission.WebhookManage).WithSummary("Remove a webhook with its delivery log");
    }

    public async Task<Verdict<Answer>> HandleAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        if (WebhookRules.Judge(input.Choice, settings.Webhooks.PrivateTargets) is { } wrong)
        {
            return wrong;
        }

        var account = command.Accounts[0];
        var choice = input.Choice;
        var secret = input.Id is null ? WebhookSecrets.New() : null;
        var verdict = await writePath.RunAsync<Answer>(command, async scope =>
        {
            if (choice.VirtualAccountId is { } place && !await scope.Db.VirtualAccounts.AnyAsync(row => row.AccountId == account && row.Id == place, cancellation))
            {
                return Verdict.Refused(RefusalCode.NotFound, $"There is no virtual account {place} in this Smart Account.", nameof(choice.VirtualAccountId));
            }

            var webhook = input.Id is { } id
                ? await FindAsync(scope, account, id, cancellation)
                : await AddAsync(scope, account, secret!, cancellation);
            if (webhook is null)
            {
                return input.Id is null
                    ? Verdict.Refused(RefusalCode.Conflict, $"This Smart Account has {WebhookRules.MostOfAccount} webhooks already. Remove one that is not needed.")
                    : NotThere;
            }

            Apply(webhook, choice);
            var host = new Uri(webhook.Url).Host;
            scope.Journal(account).Append(input.Id is null ? WebhookEvents.Added(webhook.Name, host) : WebhookEvents.Changed(webhook.Name, host));
            return new Answer(webhook.Id, webhook.Name);
        }, cancellation);
        return verdict.Map(answer => answer with { Secret = command.DryRun ? null : secret });
    }

    public async Task<Verdict<Answer>> RenewAsync(Command command, long id, CancellationToken cancellation = default)
    {
        var secret = WebhookSecrets.New();
        var verdict = await writePath.RunAsync<Answer>(command, async scope =>
        {
            if (await FindAsync(scope, command.Accounts[0], id, cancellation) is not { } webhook)
            {
                return NotThere;
            }

            (webhook.SealedPreviousSecret, webhook.PreviousSecretEndsAt) = (webhook.SealedSecret, machine.GetUtcNow().AddHours(OverlapHours));
            webhook.SealedSecret = secrets.Seal(secret, webhook.Id);
            scope.Journal(command.Accounts[0]).Append(WebhookEvents.SecretRenewed(webhook.Name));
            return new Answer(webhook.Id, webhook.Name);
        }, cancellation);
        return verdict.Map(answer => answer with { Secret = command.DryRun ? null : secret });
    }

    public Task<Verdict<Done>> RemoveAsync(Command command, long id, CancellationToken cancellation = default) => writePath.RunAsync<Done>(command, async scope =>
    {
        var account = command.Accounts[0];
        if (await FindAsync(scope, account, id, cancellation) is not { } webhook)
        {
            return NotThere;
        }

        await scope.Db.WebhookDeliveries.Where(row => row.AccountId == account && row.WebhookId == id).ExecuteDeleteAsync(cancellation);
        scope.Db.Webhooks.Remove(webhook);
        scope.Journal(account).Append(WebhookEvents.Removed(webhook.Name));
        return Verdict.Done;
    }, cancellation);

    private static Refusal NotThere => Verdict.Refused(RefusalCode.NotFound, "There is no such webhook. It may have been removed.");

    private static Task<Webhook?> FindAsync(WriteScope scope, long account, long id, CancellationToken cancellation) =>
        scope.Db.Webhooks.FirstOrDefaultAsync(row => row.AccountId == account && row.Id == id, cancellation);

    private async Task<Webhook?> AddAsync(WriteScope scope, long account, string secret, CancellationToken cancellation)
    {
        if (await scope.Db.Webhooks.CountAsync(row => row.AccountId == account, cancellation) >= WebhookRules.MostOfAccount)
        {
            return null;
        }

        var id = scope.NextId(IdKind.Webhook);
        var webhook = new Webhook
        {
            AccountId = account, Id = id, Name = "", Url = "", SealedSecret = secrets.Seal(secret, id), CreatedBy = scope.Actor.ShownName, CreatedAt = scope.Now,
        };
        scope.Db.Webhooks.Add(webhook);
        return webhook;
    }

    private static void Apply(Webhook webhook, WebhookChoice choice)
    {
        (webhook.Name, webhook.Url, webhook.LeastLevel, webhook.VirtualAccountId) = (choice.Name.Trim(), choice.Url.Trim(), choice.LeastLevel, choice.VirtualAccountId);
        (webhook.GroupMinutes, webhook.MajorAlways, webhook.IsPaused) = (choice.GroupMinutes, choice.MajorAlways, choice.IsPaused);
        (webhook.QuietFrom, webhook.QuietTo) = (WebhookRules.Minutes(choice.QuietFrom), WebhookRules.Minutes(choice.QuietTo));
        webhook.Zone = choice.Zone ?? "";
    }
}
