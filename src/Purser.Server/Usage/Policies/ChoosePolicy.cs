using Microsoft.EntityFrameworkCore;
using Purser.Protocol.Usage;
using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Usage.Policies;

/// <summary>
/// The operator chooses how often product instances must report: for everybody, or for one Smart Account (SP-01). They learn of it with their next
/// acknowledgement, or from the policy file.
/// </summary>
public sealed class ChoosePolicy(WritePath writePath)
{
    public const string Name = "usage.choose-policy";
    public const int LongestName = 60;

    /// <param name="Policy">Null: the choice is taken away.</param>
    public sealed record Input(PolicyNumbers? Policy);

    public static void Map(IEndpointRouteBuilder routes)
    {
        foreach (var place in new[] { "/api/v1/operator/usage-policy", "/api/v1/operator/accounts/{account}/usage-policy" })
        {
            routes.MapPut(place, (PolicyNumbers body, ChoosePolicy choose, HttpContext context) => AnswerAsync(new Input(body), choose, context))
                .Requires(Permission.AccountEdit).WithTags("Operator: usage policy").Produces<PolicyView>()
                .WithSummary("Choose within how many days product instances must have reported their usage")
                .WithDescription("Without an account: for every Smart Account that has no policy of its own. 0 days: no requirement.");
            routes.MapDelete(place, (ChoosePolicy choose, HttpContext context) => AnswerAsync(new Input(null), choose, context))
                .Requires(Permission.AccountEdit).WithTags("Operator: usage policy").Produces<PolicyView>()
                .WithSummary("Take the chosen policy away: the operator's, or the built-in one, is in force again");
        }
    }

    private static async Task<VerdictResult<PolicyView>> AnswerAsync(Input input, ChoosePolicy choose, HttpContext context) =>
        (await choose.HandleAsync(context.Command(Name, input), input, context.RequestAborted)).ToHttp();

    /// <param name="command">Without an account: for the whole installation.</param>
    public async Task<Verdict<PolicyView>> HandleAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        if (input.Policy is { } numbers && Problem(numbers) is { } problem)
        {
            return problem;
        }

        return await writePath.RunAsync<PolicyView>(command, async scope =>
        {
            var account = command.Accounts.Count > 0 ? command.Accounts[0] : AccountHead.Installation;
            var row = await scope.Db.PolicyChoices.FindAsync([account], cancellation);
            if (row is null && input.Policy is null)
            {
                return PolicyView.Of(await PolicyBook.FindAsync(scope.Db, account, cancellation));
            }

            if (row is null)
            {
                row = new PolicyChoice { AccountId = account };
                scope.Db.PolicyChoices.Add(row);
            }

            row.Number = scope.NextId(IdKind.Policy);
            row.At = scope.Now;
            row.Text = input.Policy is { } chosen ? new DeliveredPolicy(chosen.ToPolicy(), row.Number, scope.Now).Write() : null;
            await scope.Db.SaveChangesAsync(cancellation);
            var found = await PolicyBook.FindAsync(scope.Db, account, cancellation);
            if (account != AccountHead.Installation)
            {
                scope.Journal(account).Append(UsageEvents.PolicyChosen(found.Policy.Name, found.Origin));
            }

            return PolicyView.Of(found);
        }, cancellation);
    }

    private static Refusal? Problem(PolicyNumbers numbers) =>
        InputText.Problem(numbers.Name, nameof(numbers.Name), "a name", LongestName)
        ?? Within(nameof(numbers.Perpetual), numbers.Perpetual) ?? Within(nameof(numbers.Subscription), numbers.Subscription)
        ?? Within(nameof(numbers.Enforced), numbers.Enforced) ?? Within(nameof(numbers.Export), numbers.Export);

    private static Refusal? Within(string field, CategoryPolicy? days) => days is { IsWithinLimits: true } ? null : Verdict.Refused(
        RefusalCode.InvalidInput, $"Enter whole numbers of days from 0 to {CategoryPolicy.MaximumDays}; 0 means no requirement.", field);
}
