using Microsoft.EntityFrameworkCore;
using Purser.Server.Alerts;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Licenses;

/// <summary>
/// An operator cancels or renews a subscription, prepaid or billed by usage (domain rules 2.8). A cancellation ends the right of use at the day
/// through which it is paid, or at once; a renewal prolongs it, which clears the warning of its end.
/// </summary>
public sealed class ChangeSubscription(WritePath writePath)
{
    public const string CancelName = "subscriptions.cancel";
    public const string RenewName = "subscriptions.renew";
    public const int YearsAhead = 50;

    /// <param name="AtOnce">Not at the day through which it is paid, but now.</param>
    public sealed record Cancellation(string SubscriptionId, string Notes, bool AtOnce = false);

    public sealed record Renewal(string SubscriptionId, DateOnly EndsOn, string Notes);

    public sealed record CancelBody(string Notes, bool AtOnce = false);

    public sealed record RenewBody(DateOnly EndsOn, string Notes);

    /// <param name="Lines">Prepaid license transactions that it brought and that count.</param>
    /// <param name="Usage">Licenses billed by usage.</param>
    public sealed record Answer(string SubscriptionId, int Lines, int Usage);

    public static void Map(IEndpointRouteBuilder routes)
    {
        const string Address = "/api/v1/operator/accounts/{account}/subscriptions/{subscription}";
        routes.MapPost($"{Address}/cancel", async (string subscription, CancelBody body, ChangeSubscription change, HttpContext context) =>
        {
            var input = new Cancellation(subscription, body.Notes, body.AtOnce);
            return (await change.CancelAsync(context.Command(CancelName, input), input, context.RequestAborted)).ToHttp();
        }).Requires(Permission.LicenseAddRemove).WithTags("Operator: orders").WithSummary("Cancel a subscription, at the day through which it is paid or at once");
        routes.MapPost($"{Address}/renew", async (string subscription, RenewBody body, ChangeSubscription change, HttpContext context) =>
        {
            var input = new Renewal(subscription, body.EndsOn, body.Notes);
            return (await change.RenewAsync(context.Command(RenewName, input), input, context.RequestAborted)).ToHttp();
        }).Requires(Permission.LicenseAddRemove).WithTags("Operator: orders").WithSummary("Renew a subscription to a later day");
    }

    public Task<Verdict<Answer>> CancelAsync(Command command, Cancellation input, CancellationToken cancellation = default) =>
        RunAsync(command, input.SubscriptionId, input.Notes, async (scope, account, lines, usages) =>
        {
            foreach (var line in lines)
            {
                line.CanceledAt = scope.Now;
                if (input.AtOnce || line.EndsAt is null)
                {
                    await scope.Ledger(account).CancelAsync(line, input.Notes.Trim(), scope.NextId(IdKind.Transaction));
                }
            }

            foreach (var usage in usages)
            {
                usage.CanceledAt = scope.Now;
                if (input.AtOnce || usage.EndsAt is null)
                {
                    await new UsageBook(scope, account).ChangeStateAsync(usage, SubscriptionState.Canceled);
                }
            }

            return null;
        }, cancellation);

    public Task<Verdict<Answer>> RenewAsync(Command command, Renewal input, CancellationToken cancellation = default) =>
        RunAsync(command, input.SubscriptionId, input.Notes, async (scope, account, lines, usages) =>
        {
            if (input.EndsOn > scope.Today.AddYears(YearsAhead))
            {
                return Verdict.Refused(RefusalCode.InvalidInput, $"It would end more than {YearsAhead} years from now.", "endsOn");
            }

            var ends = lines.Select(line => line.EndsOn).Concat(usages.Select(usage => usage.EndsOn)).ToList();
            if (ends.Contains(null) || input.EndsOn <= ends.Max())
            {
                return Verdict.Refused(
                    RefusalCode.InvalidInput,
                    ends.Contains(null) ? "It has no end: there is nothing to prolong." : FormattableString.Invariant($"A renewal prolongs: name a day after {ends.Max():d MMM yyyy}."), "endsOn");
            }

            foreach (var line in lines)
            {
                await scope.Ledger(account).ProlongAsync(line, input.EndsOn);
            }

            foreach (var usage in usages)
            {
                (usage.EndsOn, usage.EndsAt, usage.CanceledAt) = (input.EndsOn, scope.DayZone.End(input.EndsOn), null);
            }

            return null;
        }, cancellation);

    private Task<Verdict<Answer>> RunAsync(
        Command command, string subscription, string notes, Func<WriteScope, long, List<LicenseLine>, List<UsageSubscription>, Task<Refusal?>> change,
        CancellationToken cancellation) =>
        writePath.RunAsync<Answer>(command, async scope =>
        {
            if (InputText.Problem(notes, "notes", "notes that say why", AddLicenses.LongestNotes) is { } problem)
            {
                return problem;
            }

            var account = command.Accounts[0];
            var lines = await scope.Db.LicenseLines
                .Where(line => line.AccountId == account && line.SubscriptionId == subscription
                    && (line.State == LineState.Active || line.State == LineState.Future || line.State == LineState.UpgradePending))
                .OrderBy(line => line.Id).ToListAsync(cancellation);
            var usages = await scope.Db.UsageSubscriptions
                .Where(usage => usage.AccountId == account && usage.SubscriptionId == subscription
                    && (usage.State == SubscriptionState.Active || usage.State == SubscriptionState.Future))
                .OrderBy(usage => usage.Id).ToListAsync(cancellation);
            if (lines.Count + usages.Count == 0)
            {
                return Verdict.Refused(RefusalCode.NotFound, $"There is no subscription '{subscription}' in this Smart Account that has not ended.", "subscription");
            }

            return await change(scope, account, lines, usages) is { } refusal ? refusal : new Answer(subscription, lines.Count, usages.Count);
        }, cancellation);
}
